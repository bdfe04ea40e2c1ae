#include "tool/produce/line_hint.h"

#include <string_view>

namespace estream::tool {

namespace {

// For a file that begins like this, but for those of gzip and zstd, which are unpacked. Empty for
// any other file.
std::string_view unpacker_of(std::string_view front) {
  if (front.starts_with("\xFD"
                        "7zXZ"))
    return "xz -dc";
  if (front.starts_with("BZh")) return "bzip2 -dc";
  if (front.starts_with("\x04\x22\x4D\x18")) return "lz4 -dc";
  if (front.starts_with("PK\x03\x04")) return "unzip -p";
  return "";
}

// No text has such bytes: this may be a segment, or an archive.
bool is_binary(std::string_view line) {
  using namespace std::string_view_literals;
  return line.find_first_of("\0\x01\x02\x03\x04\x05\x06"sv) != line.npos;
}

}  // namespace

std::string line_hint(const BadLine& bad, InputFormat format) {
  constexpr std::string_view blank = " \t\r";
  constexpr std::string_view json_begins_with = "{[\"-0123456789tfn";
  const std::string_view line = bad.source.substr(0, 1000);
  const std::size_t first = line.find_first_not_of(blank);
  if (format != InputFormat::json || first == line.npos) return "";
  const std::string_view unpacker = unpacker_of(line);
  if (!unpacker.empty()) {
    return "; it is compressed, and '" + std::string(unpacker) + " FILE' unpacks it";
  }
  const std::string_view whole = line.substr(first, line.find_last_not_of(blank) - first + 1);
  if (whole == "{" || whole == "[") return "; 'jq -c .' makes one line of each value";
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  const std::string_view behind_mark = "{[\"";
  if (whole.starts_with(byte_order_mark) && whole.size() > byte_order_mark.size() &&
      behind_mark.find(whole[byte_order_mark.size()]) != whole.npos) {
    return "; 'tail -c +4 FILE' prints it without the mark";
  }
  if (is_binary(line)) return "";
  const bool has_none = json_begins_with.find(line[first]) == json_begins_with.npos;
  return has_none ? "; --format=text stores lines of any text" : "";
}

}  // namespace estream::tool
