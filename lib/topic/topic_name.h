#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace estream::topic {

// Kafka's rule: 1 to 249 of letters, digits, '.', '_' and '-', and neither "." nor "..". There are
// two more rules. A name must not begin with a dot, because estream uses such directories itself.
// And it must not be the name of a file that a broker has in its data directory.
Result<void> check_topic_name(std::string_view name);

// Whether a directory of this name can be a topic. The name may still be refused for a new topic.
bool is_spelled_as_topic(std::string_view name);

// The topic that an argument on the command line means.
struct TopicRef {
  std::string root;  // The data root that holds it.
  std::string name;
  std::string partitions;  // The text after a colon, as in "0,2-4", or nothing.
};

// "orders" is a topic in `data_root`. An argument with a slash is the path of a topic's directory
// ("./orders", "/mnt/backup/orders"); it must not have ".." in it. "orders:0,2" names partitions.
Result<TopicRef> parse_topic_argument(std::string_view text, const std::string& data_root);

}  // namespace estream::topic
