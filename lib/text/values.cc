#include "text/values.h"

#include <charconv>
#include <optional>

#include "text/parsing.h"

namespace estream::text {

namespace {

// Takes what follows a backslash.
std::optional<char> take_escape(std::string_view& text) {
  constexpr std::string_view names = "ntr0\\";
  constexpr std::string_view meanings("\n\t\r\0\\", 5);
  if (text.empty()) return {};
  const char name = text.front();
  text.remove_prefix(1);
  const std::size_t known = names.find(name);
  if (known != std::string_view::npos) return meanings[known];
  if (name != 'x' || text.size() < 2) return {};

  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + 2, value, 16);
  if (error != std::errc() || end != text.data() + 2) return {};
  text.remove_prefix(2);
  return static_cast<char>(value);
}

}  // namespace

Result<KeyValue> parse_key_value(std::string_view text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos || equals == 0) {
    return unclear(text, "write NAME=VALUE");
  }
  return KeyValue{std::string(text.substr(0, equals)), std::string(text.substr(equals + 1))};
}

Result<std::string> parse_delimiter(std::string_view text) {
  constexpr std::string_view how_to =
      "write the delimiter as text, with \\n \\t \\r \\0 \\\\ \\xNN";
  if (text.empty()) return unclear(text, how_to);
  std::string delimiter;
  for (std::string_view rest = text; !rest.empty();) {
    char next = rest.front();
    rest.remove_prefix(1);
    if (next == '\\') {
      const std::optional<char> escape = take_escape(rest);
      if (!escape) return unclear(text, how_to);
      next = *escape;
    }
    delimiter += next;
  }
  return delimiter;
}

Result<void> check_output_file(std::string_view option, std::string_view path) {
  if (!path.empty() && path != "-") return {};
  return Error{Error::Code::usage,
               "option " + std::string(option) + ": " +
                   (path.empty() ? "the name is empty"
                                 : "cannot read -; name a file, such as ./- for that name")};
}

}  // namespace estream::text
