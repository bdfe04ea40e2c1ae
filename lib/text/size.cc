#include "text/size.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <optional>

#include "text/parsing.h"

namespace estream::text {

namespace {

struct Suffix {
  std::string_view name;
  std::int64_t factor;
};

constexpr std::int64_t kibi = 1024;
constexpr std::int64_t mebi = kibi * kibi;
constexpr std::int64_t gibi = mebi * kibi;
constexpr std::int64_t tebi = gibi * kibi;

constexpr std::array size_suffixes = {
    Suffix{"B", 1},
    Suffix{"K", kibi},
    Suffix{"M", mebi},
    Suffix{"G", gibi},
    Suffix{"T", tebi},
    Suffix{"KiB", kibi},
    Suffix{"MiB", mebi},
    Suffix{"GiB", gibi},
    Suffix{"TiB", tebi},
    Suffix{"KB", 1'000},
    Suffix{"MB", 1'000'000},
    Suffix{"GB", 1'000'000'000},
    Suffix{"TB", 1'000'000'000'000},
};
constexpr std::array count_suffixes = {Suffix{"", 1}, Suffix{"k", 1'000}, Suffix{"M", 1'000'000}};

constexpr std::string_view size_how_to =
    "write bytes as 512B, 64K, 10M, 1.5G (1024-based) or 64KB (1000-based)";
constexpr std::string_view count_how_to = "write a number as 100, 10k (thousands) or 2M (millions)";

template <std::size_t count>
Result<std::int64_t> parse_suffixed(std::string_view text,
                                    const std::array<Suffix, count>& suffixes,
                                    std::string_view how_to) {
  std::string_view rest = text;
  const std::optional<Decimal> number = take_decimal(rest);
  if (!number) return unclear(text, how_to);
  for (const Suffix& suffix : suffixes) {
    if (suffix.name != rest) continue;
    if (suffix.factor == 1 && !number->fraction.empty()) return unclear(text, how_to);
    const std::optional<std::int64_t> value = scaled(*number, suffix.factor);
    if (!value) return refused(text, "is too large; the most is 9223372036854775807");
    return *value;
  }
  return unclear(text, how_to);
}

}  // namespace

Result<std::int64_t> parse_size(std::string_view text) {
  if (text == "0") return 0;
  std::string_view rest = text;
  if (take_decimal(rest) && rest.empty()) {
    const std::string given(text);
    return refused(text, "has no unit; write " + given + "K or " + given + "M");
  }
  return parse_suffixed(text, size_suffixes, size_how_to);
}

Result<std::int64_t> parse_kafka_size(std::string_view text) {
  std::string_view rest = text;
  const bool is_bare = !take_digits(rest).empty() && rest.empty();
  return parse_suffixed(is_bare ? std::string(text) + "B" : text, size_suffixes, size_how_to);
}

Result<std::int64_t> parse_count(std::string_view text) {
  return parse_suffixed(text, count_suffixes, count_how_to);
}

std::string format_size(std::int64_t bytes) {
  static constexpr std::array names = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  if (std::abs(static_cast<double>(bytes)) < 1024) return fmt::format("{}B", bytes);

  double value = static_cast<double>(bytes) / 1024;
  std::size_t name = 0;
  // 1023.5 would be printed as "1024KiB".
  while (std::abs(value) >= 1023.5) {
    value /= 1024;
    name++;
  }
  // 9.95 would be printed as "10.0".
  return fmt::format("{:.{}f}{}", value, std::abs(value) < 9.95 ? 1 : 0, names.at(name));
}

std::string format_count(std::int64_t count, std::string_view one, std::string_view many) {
  return std::to_string(count).append(" ").append(count == 1 ? one : many);
}

}  // namespace estream::text
