#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "base/result.h"
#include "io/system.h"
#include "log/partition_reader.h"
#include "read/stable_end.h"
#include "topic/topic.h"
#include "topic/topic_name.h"

namespace estream::read {

enum class Isolation {
  committed,    // Stops at the first transaction that is still open, as Kafka's consumers do.
  uncommitted,  // Shows the records of all transactions, also of aborted and open ones.
};

// A partition of a topic.
struct PartitionPlace {
  std::shared_ptr<const topic::Topic> topic;
  std::int32_t partition = 0;
  std::string name;  // "orders/0"
};

// A partition to read.
struct PartitionSource : PartitionPlace {
  log::PartitionReader reader;
  // The meaning of `latest`, when it is not the end at the time when the reader was opened. For a
  // run that had to wait for topics, it is the end at the start of the run. In a topic that came
  // later, all records are new.
  std::optional<Offset> latest = {};
  Isolation isolation = Isolation::committed;
  OnCorrupt on_corrupt = OnCorrupt::stop;
  std::shared_ptr<StableEnd> stable_end = {};  // Shared by its readers; made when needed.
};

// The device and the inode of the directory. They are the same for every path to it.
Result<std::pair<std::uint64_t, std::uint64_t>> place_of(const log::PartitionReader& reader);

// The stable end, which the source's readers share.
std::shared_ptr<StableEnd> stable_end_of(PartitionSource& source);

// The end up to which records are shown, as the log is now. It is the last stable offset if only
// committed records count, and the end of the log if no transaction is open. Error::Code::corrupt
// when damage hides it.
Result<Offset> visible_end(PartitionSource& source);

enum class TopicNames {
  literal,
  regex,  // Full matches, as Kafka's subscriptions; a path may stand before the last slash.
};

struct SourceRequest {
  std::vector<std::string> topics;       // As typed: "orders", "./orders", "orders:0,2".
  std::vector<std::int32_t> partitions;  // Of topics that name none themselves; empty for all.
  TopicNames names = TopicNames::literal;
  std::string data_root;
  std::string data_root_origin = "--dir";  // The option or variable that named it.
  Isolation isolation = Isolation::committed;
  OnCorrupt on_corrupt = OnCorrupt::stop;
};

// The topic that an argument means: see topic::parse_topic_argument(). "orders/2", as partitions
// are printed, is partition 2 of orders, unless there is such a path.
Result<topic::TopicRef> topic_ref_of(io::System& system, const std::string& text,
                                     const SourceRequest& request);

// The topic arguments, each topic once, even if it was given by several paths.
std::vector<std::string> each_once(io::System& system, const SourceRequest& request);

// The topics that a regular expression matches, as arguments; a path may stand before its last
// slash. Error::Code::not_found when there is none.
Result<std::vector<std::string>> topics_of_regex(io::System& system, const std::string& text,
                                                 const SourceRequest& request);

// Error::Code::not_found, with advice, when the data root does not exist or is not a directory.
Result<void> check_data_root(io::System& system, const SourceRequest& request);

// The names of all topics of the data root.
Result<std::vector<std::string>> all_topics(io::System& system, const SourceRequest& request);

// The error for a partition that was asked for and that the topic does not have.
Error no_such_partition(const std::string& topic, std::int32_t partition, std::size_t count);

// All partitions that were asked for, each once, in the order of the topic arguments, and within a
// topic by number. Error::Code::not_found when a topic or a partition does not exist.
Result<std::vector<PartitionPlace>> find_partitions(io::System& system,
                                                    const SourceRequest& request);

// Identifies a partition, whatever its path: device and inode of the data root, topic and number.
using PartitionIdentity = std::tuple<std::uint64_t, std::uint64_t, std::string, std::int32_t>;
Result<PartitionIdentity> identity_of(const PartitionPlace& place);

Result<PartitionSource> open_source(const PartitionPlace& place, const SourceRequest& request = {});

// The epoch of the record before `offset`, or of the first record if there is none before it.
// Nothing if the log does not know it.
std::optional<std::int32_t> epoch_before(const log::PartitionReader& reader, Offset offset);

// Opens all the partitions that find_partitions() finds.
Result<std::vector<PartitionSource>> open_sources(io::System& system, const SourceRequest& request);

}  // namespace estream::read
