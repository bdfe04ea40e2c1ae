#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cli/options.h"
#include "codec/codec.h"
#include "log/partition_writer.h"
#include "record/record.h"
#include "text/values.h"

namespace estream::tool {

// Values of options of the tools that write.

// --sync
struct Sync {
  log::SyncLevel level = log::SyncLevel::interval;
  std::int64_t interval_ns = 100'000'000;
};
Result<Sync> parse_sync(std::string_view text);

// --compression
struct Compression {
  Codec codec = Codec::zstd;
  int level = 1;
};
Result<Compression> parse_compression(std::string_view text);
void add_compression_option(cli::OptionTable& table, Compression& compression);

// A number of partitions, or the number of one.
Result<std::int32_t> parse_partition(std::string_view text, std::int32_t min, std::int32_t max);

// Headers that are added to every record, in the form of RecordHeaders.
struct AddedHeaders {
  std::string encoded;
  std::int32_t count = 0;
};
Result<AddedHeaders> encode_headers(const std::vector<text::KeyValue>& headers);
void add_header_option(cli::OptionTable& table, std::vector<text::KeyValue>& headers);

}  // namespace estream::tool
