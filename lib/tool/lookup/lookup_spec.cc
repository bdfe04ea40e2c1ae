#include "tool/lookup/lookup_spec.h"

#include "json/quote.h"
#include "text/parsing.h"

namespace estream::tool {

namespace {

constexpr std::string_view form = "write NAME=TOPIC[PATH], as in customer=customers[.customer_id]";

}  // namespace

// The first bracket ends the name of the topic, because a path has more of them.
Result<LookupSpec> parse_lookup(std::string_view text) {
  const std::size_t equals = text.find('=');
  if (equals == text.npos) return text::unclear(text, form);
  const std::string_view name = text.substr(0, equals);
  std::string_view topic = text.substr(equals + 1);
  if (name.starts_with('.')) {
    return text::refused(text, "begins with a path; NAME is a name without a dot in front");
  }
  LookupSpec spec;
  spec.text = text;
  const std::size_t bracket = topic.find('[');
  if (bracket != topic.npos) {
    if (!topic.ends_with(']')) return text::unclear(text, form);
    const std::string_view path = topic.substr(bracket + 1, topic.size() - bracket - 2);
    if (path.empty()) {
      return text::refused(text,
                           "has no path in its brackets; leave them away for the event's key");
    }
    const auto key = json::parse_path(path);
    if (!key) return Error{key.error().code, std::string(path) + ": " + key.error().message};
    spec.key = *key;
    topic = topic.substr(0, bracket);
  }
  if (name.empty() || topic.empty() || !json::is_utf8(name)) return text::unclear(text, form);
  spec.name = name;
  spec.topic = topic;
  return spec;
}

}  // namespace estream::tool
