#include "json/path.h"

#include <charconv>

#include "json/quote.h"

namespace estream::json {

namespace {

class PathReader {
 public:
  PathReader(const Expression& expression, std::size_t at) : expression_(expression), at_(at) {}

  Result<PathToken> read() {
    const std::size_t start = at_;
    if (next() != '.') return expression_.error_at(at_, "a path begins with a dot, as in .user");
    at_++;
    const bool is_whole_value = next() != '"' && next() != '.' && !is_name_start(next());
    if (!is_whole_value) TRY(read_field());
    while (next() == '.' || next() == '[') TRY(read_step());
    path_.text = expression_.text.substr(start, at_ - start);
    return PathToken{std::move(path_), at_};
  }

 private:
  char next() const { return at_ < expression_.text.size() ? expression_.text[at_] : '\0'; }

  Result<void> read_step() {
    if (next() == '.') {
      at_++;
      if (next() != '[') return read_field();
    }
    return read_bracket();
  }

  Result<void> read_field() {
    if (next() == '"') return read_quoted_field();
    const std::size_t start = at_;
    if (!is_name_start(next())) {
      return expression_.error_at(at_,
                                  "expected a field name; quote odd ones, as in .\"odd name\"");
    }
    while (is_name_part(next())) at_++;
    path_.steps.emplace_back(std::string(expression_.text.substr(start, at_ - start)));
    return {};
  }

  Result<void> read_quoted_field() {
    Quoted name = TRY(read_quoted(expression_, at_));
    at_ = name.end;
    path_.steps.emplace_back(std::move(name.text));
    return {};
  }

  Result<void> read_bracket() {
    at_++;
    if (next() == '"') {
      TRY(read_quoted_field());
    } else {
      TRY(read_index());
    }
    if (next() != ']') return expression_.error_at(at_, "expected ]");
    at_++;
    return {};
  }

  Result<void> read_index() {
    std::int64_t index = 0;
    const char* const first = expression_.text.data() + at_;
    const char* const last = expression_.text.data() + expression_.text.size();
    const auto [end, error] = std::from_chars(first, last, index);
    if (error != std::errc{}) {
      return expression_.error_at(at_, "expected an index such as [0] or a name such as [\"a\"]");
    }
    at_ += static_cast<std::size_t>(end - first);
    path_.steps.emplace_back(index);
    return {};
  }

  Expression expression_;
  std::size_t at_;
  Path path_;
};

}  // namespace

bool is_name_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c & 0x80) != 0;
}

bool is_name_part(char c) { return is_name_start(c) || (c >= '0' && c <= '9'); }

Result<PathToken> read_path(const Expression& expression, std::size_t at) {
  return PathReader(expression, at).read();
}

Result<Path> parse_path(std::string_view text) {
  const Expression expression{text};
  PathToken token = TRY(read_path(expression, 0));
  if (token.end < text.size()) {
    return expression.error_at(token.end,
                               "expected . or [ or the end; quote names with odd characters");
  }
  return std::move(token.path);
}

}  // namespace estream::json
