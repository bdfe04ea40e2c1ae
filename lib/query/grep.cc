#include "query/grep.h"

#include "json/expression.h"

namespace estream::query {

Grep::Grep(Sense sense, Field field, std::string header_name, Regex regex)
    : sense_(sense),
      field_(field),
      header_name_(std::move(header_name)),
      regex_(std::move(regex)) {}

Result<Grep> Grep::parse(std::string_view text) {
  const json::Expression expression{text};
  const Sense sense = text.starts_with('!') ? Sense::not_matching : Sense::matching;
  std::size_t at = sense == Sense::not_matching ? 1 : 0;

  constexpr std::string_view letters = "kvth";
  constexpr Field fields[] = {Field::key, Field::value, Field::topic, Field::header};
  const std::size_t letter = at < text.size() ? letters.find(text[at]) : letters.npos;
  if (letter == letters.npos || !text.substr(at + 1).starts_with(':')) {
    return expression.error_at(at, "expected k:RE, v:RE, t:RE or h:NAME=RE");
  }
  at += 2;

  std::string header_name;
  if (fields[letter] == Field::header) {
    const std::size_t equals = text.find('=', at);
    if (equals == text.npos) return expression.error_at(at, "expected NAME=RE after h:");
    header_name = text.substr(at, equals - at);
    at = equals + 1;
  }
  auto regex = Regex::parse(text.substr(at));
  if (!regex) return expression.error_at(at, regex.error().message);
  Grep grep(sense, fields[letter], std::move(header_name), *std::move(regex));
  grep.text_ = text;
  return grep;
}

bool Grep::matches(const RecordPlace& place, const RecordView& record) const {
  return is_found(place, record) == (sense_ == Sense::matching);
}

bool Grep::is_found(const RecordPlace& place, const RecordView& record) const {
  switch (field_) {
    case Field::key:
      return record.key && regex_.matches(*record.key);
    case Field::value:
      return record.value && regex_.matches(*record.value);
    case Field::topic:
      return regex_.matches(place.topic);
    case Field::header:
      return is_found_in_headers(record.headers);
  }
  return false;
}

bool Grep::is_found_in_headers(const RecordHeaders& headers) const {
  for (HeaderCursor cursor(headers); const auto header = cursor.next();) {
    if (header->key == header_name_ && header->value && regex_.matches(*header->value)) return true;
  }
  return false;
}

}  // namespace estream::query
