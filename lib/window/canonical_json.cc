#include "window/canonical_json.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "json/quote.h"
#include "json/repair.h"
#include "window/quantity.h"

namespace estream::window {

namespace {

class CanonicalWriter {
 public:
  explicit CanonicalWriter(std::string_view json) : json_(json) {}

  std::string run() {
    write_value();
    return std::move(out_);
  }

 private:
  char next() const { return at_ < json_.size() ? json_[at_] : '\0'; }

  void skip_space() { at_ = std::min(json_.find_first_not_of(" \t\r\n", at_), json_.size()); }

  // Whether there is one more child; then its first character is next.
  bool next_child(char end) {
    skip_space();
    if (next() == ',') at_++;
    skip_space();
    if (next() != end && next() != '\0') return true;
    if (next() == end) at_++;
    return false;
  }

  void write_value() {
    skip_space();
    if (next() == '"') return write_string();
    if (next() == '[') return write_array();
    if (next() == '{') return write_object();
    const std::size_t start = at_;
    at_ = std::min(json_.find_first_of(" \t\r\n,]}", at_), json_.size());
    const std::string_view word = json_.substr(start, at_ - start);
    if (word.empty() || word[0] == 't' || word[0] == 'f' || word[0] == 'n') {
      out_.append(word);
      return;
    }
    const auto identity = Quantity::parse(word).identity();
    out_.append(identity.data(), identity.size());
  }

  // Without escapes that are not needed.
  void write_string() {
    const std::size_t start = at_++;
    bool has_escapes = false;
    while (next() != '"' && at_ < json_.size()) {
      if (next() == '\\') has_escapes = true;
      at_ += next() == '\\' ? 2 : 1;
    }
    at_ = std::min(at_ + 1, json_.size());
    const std::string_view text = json_.substr(start, at_ - start);
    if (has_escapes) {
      const std::string repaired = json::repaired_for_simdjson(text);
      if (const auto quoted = json::read_quoted({repaired}, 0)) {
        json::append_quoted(out_, quoted->text);
        return;
      }
    }
    out_.append(text);
  }

  void write_array() {
    at_++;
    out_.push_back('[');
    while (next_child(']')) {
      write_value();
      out_.push_back(',');
    }
    out_.push_back(']');
  }

  void write_object() {
    at_++;
    std::vector<std::pair<std::string, std::string>> members;
    while (next_child('}')) {
      std::string name = part([this] { write_string(); });
      skip_space();
      if (next() == ':') at_++;
      members.emplace_back(std::move(name), part([this] { write_value(); }));
    }
    std::ranges::stable_sort(members, {}, &std::pair<std::string, std::string>::first);
    out_.push_back('{');
    for (std::size_t i = 0; i < members.size(); i++) {
      const bool is_last = i + 1 == members.size() || members[i + 1].first != members[i].first;
      if (is_last) out_.append(members[i].first).append(members[i].second).push_back(',');
    }
    out_.push_back('}');
  }

  // What `write` writes.
  template <class Write>
  std::string part(const Write& write) {
    std::string before = std::exchange(out_, {});
    write();
    return std::exchange(out_, std::move(before));
  }

  std::string_view json_;
  std::size_t at_ = 0;
  std::string out_;
};

}  // namespace

std::string canonical_json(std::string_view json) { return CanonicalWriter(json).run(); }

bool is_canonical_json(std::string_view json) {
  if (json.starts_with('"')) return json.find('\\') == json.npos;
  return json == "true" || json == "false";
}

}  // namespace estream::window
