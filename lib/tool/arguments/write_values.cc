#include "tool/arguments/write_values.h"

#include <utility>

#include "codec/zstd.h"
#include "json/quote.h"
#include "record/batch_builder.h"
#include "text/parsing.h"

namespace estream::tool {

namespace {

Error usage(std::string message) { return {Error::Code::usage, std::move(message)}; }

}  // namespace

Result<Sync> parse_sync(std::string_view text) {
  if (text == "none") return Sync{log::SyncLevel::none};
  if (text == "batch") return Sync{log::SyncLevel::batch};
  if (text == "interval") return Sync{};
  if (text.starts_with("interval:")) {
    const text::Duration duration = TRY(text::parse_duration(text.substr(9)));
    if (duration.count() == 0) return text::unclear(text, "write batch to sync after each batch");
    return Sync{log::SyncLevel::interval, duration.count()};
  }
  return text::unclear(text, "write interval, interval:DUR, batch or none");
}

Result<Compression> parse_compression(std::string_view text) {
  if (text == "none") return Compression{Codec::none};
  if (text == "zstd") return Compression{};
  if (text.starts_with("zstd:")) {
    const auto level = text::parse_count(text.substr(5));
    if (level && *level >= zstd_level_min && *level <= zstd_level_max) {
      return Compression{Codec::zstd, static_cast<int>(*level)};
    }
  }
  return text::unclear(text, "write zstd, zstd:LEVEL with a level from 1 to 19, or none");
}

void add_compression_option(cli::OptionTable& table, Compression& compression) {
  table.value({.letter = 'z',
               .name = "compression",
               .argument = "CODEC",
               .help = "zstd[:1-19] or none (zstd:1)",
               .completion = cli::Completion::values,
               .values = {"zstd", "none"},
               .configurable = true},
              compression, parse_compression);
}

Result<std::int32_t> parse_partition(std::string_view text, std::int32_t min, std::int32_t max) {
  const auto number = text::parse_count(text);
  if (!number || *number < min || *number > max) {
    return text::refused(
        text, "is not a number from " + std::to_string(min) + " to " + std::to_string(max));
  }
  return static_cast<std::int32_t>(*number);
}

Result<AddedHeaders> encode_headers(const std::vector<text::KeyValue>& headers) {
  AddedHeaders added;
  for (const text::KeyValue& header : headers) {
    if (!json::is_utf8(header.key)) return usage("-H: a header's key must be UTF-8");
    encode_header(added.encoded, {header.key, header.value});
    added.count++;
  }
  return added;
}

void add_header_option(cli::OptionTable& table, std::vector<text::KeyValue>& headers) {
  table.list({.letter = 'H', .name = "header", .argument = "K=V", .help = "add a header"}, headers,
             text::parse_key_value);
}

}  // namespace estream::tool
