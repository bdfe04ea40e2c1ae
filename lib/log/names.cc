#include "log/names.h"

#include <algorithm>
#include <charconv>
#include <cstdio>

namespace estream::log {

namespace {

constexpr std::size_t offset_digits = 20;

const char* suffix_of(SegmentFile file) {
  switch (file) {
    case SegmentFile::log:
      return ".log";
    case SegmentFile::index:
      return ".index";
    case SegmentFile::time_index:
      return ".timeindex";
  }
  return "";
}

bool all_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

std::optional<std::int64_t> parse_digits(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

std::string segment_file_name(Offset base, SegmentFile file) {
  char name[40];
  std::snprintf(name, sizeof name, "%020lld%s", static_cast<long long>(base.value),
                suffix_of(file));
  return name;
}

std::optional<Offset> parse_log_name(std::string_view name) {
  return parse_segment_file_name(name, SegmentFile::log);
}

std::optional<Offset> parse_segment_file_name(std::string_view name, SegmentFile file) {
  const std::string_view suffix = suffix_of(file);
  if (name.size() != offset_digits + suffix.size() || !name.ends_with(suffix)) return std::nullopt;
  const std::string_view digits = name.substr(0, offset_digits);
  if (!all_digits(digits)) return std::nullopt;
  const auto value = parse_digits(digits);
  if (!value) return std::nullopt;
  return Offset{*value};
}

std::optional<std::int64_t> parse_canonical_number(std::string_view text, std::int64_t max) {
  if (!all_digits(text) || (text.size() > 1 && text.front() == '0')) return std::nullopt;
  const auto value = parse_digits(text);
  if (!value || *value > max) return std::nullopt;
  return value;
}

}  // namespace estream::log
