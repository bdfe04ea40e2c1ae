// Small codings: what is written is read again, and what is read is written the same.
#include "base/crc32c.h"
#include "base/date_time.h"
#include "base/rfc3339.h"
#include "base/varint.h"
#include "fuzz/fuzz.h"
#include "json/base64.h"
#include "json/quote.h"
#include "nlohmann/json.hpp"

using namespace estream;
using namespace estream::fuzz;

namespace {

Mark base64_read("encodings", "a text is base64");
Mark time_read("encodings", "a text is a time of RFC 3339");
Mark utf8_read("encodings", "a text is UTF-8");

void check_base64(std::string_view text) {
  std::string encoded = "before";
  json::append_base64(encoded, text);
  std::string decoded = "x";
  PROPERTY(json::append_decoded_base64(decoded, std::string_view(encoded).substr(6)));
  PROPERTY(decoded.substr(1) == text);

  std::string bytes;
  if (!json::append_decoded_base64(bytes, text)) {
    PROPERTY(bytes.empty());
    return;
  }
  base64_read.reach();
  std::string again;
  json::append_base64(again, bytes);
  PROPERTY(again == text);
}

void check_times(std::string_view text, std::int64_t ms) {
  const std::string written = rfc3339(ms);
  PROPERTY(!written.empty());
  PROPERTY(!has_rfc3339(ms) || parse_zoned_time(written) == ms);
  const auto read = parse_zoned_time(text);
  if (!read) return;
  time_read.reach();
  // A zone can lead out of the years that can be written.
  if (has_rfc3339(*read)) PROPERTY(parse_zoned_time(rfc3339(*read)) == read);
}

void check_varints(std::string_view text, std::int64_t value) {
  char buffer[varlong_bytes_max];
  const auto size = static_cast<std::size_t>(store_varlong(buffer, value) - buffer);
  PROPERTY(size == varlong_size(value));
  VarintCursor cursor({buffer, size});
  PROPERTY(cursor.varlong() == value && cursor.ok() && cursor.remaining() == 0);
  for (std::size_t i = 0; i < size; i++) {
    VarintCursor cut({buffer, i});
    PROPERTY(cut.varlong() == 0 && !cut.ok());
  }
  const auto narrow = static_cast<std::int32_t>(value);
  const auto narrow_size = static_cast<std::size_t>(store_varint(buffer, narrow) - buffer);
  PROPERTY(narrow_size == varint_size(narrow) && narrow_size <= varint_bytes_max);
  VarintCursor narrow_cursor({buffer, narrow_size});
  PROPERTY(narrow_cursor.varint() == narrow && narrow_cursor.ok());

  VarintCursor any(text);
  while (any.ok() && any.remaining() > 0) {
    const std::size_t before = any.remaining();
    const std::int64_t found = any.varlong();
    if (!any.ok()) break;
    PROPERTY(before - any.remaining() <= varlong_bytes_max);
    PROPERTY(before - any.remaining() >= varlong_size(found));
  }
  PROPERTY(any.remaining() == 0);
}

void check_checksums(Bytes bytes, std::size_t cut) {
  const std::uint32_t whole = crc32c(bytes);
  PROPERTY(crc32c_detail::extend_portable(0, bytes) == whole);
  cut = bytes.empty() ? 0 : cut % bytes.size();
  PROPERTY(crc32c_extend(crc32c(bytes.first(cut)), bytes.subspan(cut)) == whole);
  if (crc32c_detail::has_sse42()) PROPERTY(crc32c_detail::extend_sse42(0, bytes) == whole);
}

void check_quotes(std::string_view text) {
  if (!json::is_utf8(text)) return;
  utf8_read.reach();
  std::string quoted;
  json::append_quoted(quoted, text);
  const auto read = nlohmann::json::parse(quoted, nullptr, false);
  PROPERTY(read.is_string() && read.get_ref<const std::string&>() == text);
  const auto own = json::read_quoted({quoted}, 0);
  PROPERTY(own && own->text == text && own->end == quoted.size());
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Recipe recipe(data, size);
  const auto value = recipe.number<std::int64_t>() >> recipe.choice(64);
  const std::string_view text = recipe.rest_text();
  check_base64(text);
  check_times(text, value);
  check_varints(text, value);
  check_checksums(recipe.rest(), static_cast<std::size_t>(value));
  check_quotes(text);
  return 0;
}
