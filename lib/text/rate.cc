#include "text/rate.h"

#include <fmt/format.h>

#include <optional>

#include "text/parsing.h"
#include "text/size.h"

namespace estream::text {

namespace {

constexpr std::string_view rate_how_to =
    "write records as 500, 10k/s, 2M/m or 100/h, or bytes as 10MiB/s or 500KB/s";

std::optional<Duration> parse_per(std::string_view unit) {
  if (unit == "s") return std::chrono::seconds(1);
  if (unit == "m") return std::chrono::minutes(1);
  if (unit == "h") return std::chrono::hours(1);
  return {};
}

}  // namespace

Result<Rate> parse_rate(std::string_view text) {
  const std::size_t slash = text.find('/');
  const std::string_view amount_text = text.substr(0, slash);
  const bool is_bytes = amount_text.ends_with('B');
  const std::optional<Duration> per =
      parse_per(slash == std::string_view::npos ? "s" : text.substr(slash + 1));
  if (!per) return unclear(text, rate_how_to);
  if (is_bytes && (slash == std::string_view::npos || *per != std::chrono::seconds(1))) {
    return unclear(text, "write bytes a second, such as 10MiB/s");
  }

  const Result<std::int64_t> amount = is_bytes ? parse_size(amount_text) : parse_count(amount_text);
  if (!amount) return unclear(text, rate_how_to);
  if (*amount == 0) return refused(text, "is zero; write 1/h or more");
  return Rate{is_bytes ? Rate::Kind::bytes : Rate::Kind::records, *amount, *per};
}

std::string format_byte_rate(std::int64_t bytes, std::chrono::duration<double> time) {
  constexpr double mebi = 1024.0 * 1024.0;
  const double rate = static_cast<double>(bytes) / mebi / time.count();
  // 9.95 would be printed as "10.0".
  return fmt::format("{:.{}f}MiB/s", rate, rate < 9.95 ? 1 : 0);
}

}  // namespace estream::text
