#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace estream::topic {

// Kafka's rule: 1 to 249 of letters, digits, '.', '_' and '-', and neither "." nor "..". A name of
// ours must not begin with a dot either: those directories are estream's own. Nor may it be that of
// a file by which a broker's data directory is known.
Result<void> check_topic_name(std::string_view name);

// Whether a directory of this name can be a topic at all; it may still be refused as a new one.
bool is_spelled_as_topic(std::string_view name);

// Which topic an argument on the command line means.
struct TopicRef {
  std::string root;  // The data root that holds it.
  std::string name;
  std::string partitions;  // What came after a colon, "0,2-4", or nothing.
};

// "orders" is in `data_root`; with a slash it is a path ("./orders", "/mnt/backup/orders"): any
// topic's directory that was copied from anywhere, but never one with ".." in it. "orders:0,2"
// names partitions.
Result<TopicRef> parse_topic_argument(std::string_view text, const std::string& data_root);

}  // namespace estream::topic
