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

namespace estream::read {

enum class Isolation {
  committed,    // Stops at the first transaction that is still open, as Kafka's consumers do.
  uncommitted,  // Shows what transactions wrote whatever became of them.
};

// Which partition of which topic.
struct PartitionPlace {
  std::shared_ptr<const topic::Topic> topic;
  std::int32_t partition = 0;
  std::string name;  // "orders/0"
};

// A partition that is to be read.
struct PartitionSource : PartitionPlace {
  log::PartitionReader reader;
  // What `latest` means when it is not the end as it was when the reader was opened: for a run that
  // had to wait for topics, the end at its start. A topic that came later is new from its
  // beginning.
  std::optional<Offset> latest = {};
  Isolation isolation = Isolation::committed;
  OnCorrupt on_corrupt = OnCorrupt::stop;
  std::shared_ptr<StableEnd> stable_end = {};  // Of all that read this source; made when needed.
};

// Which directory it is, whatever its path: device and inode.
Result<std::pair<std::uint64_t, std::uint64_t>> place_of(const log::PartitionReader& reader);

// What the source's readers share about its transactions.
std::shared_ptr<StableEnd> stable_end_of(PartitionSource& source);

// The end of what counts in the log as it is now: the last stable offset where only what is
// committed counts, and the end of the log where nothing is open. Error::Code::corrupt where damage
// hides it.
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
  std::string data_root_origin = "--dir";  // What named it.
  Isolation isolation = Isolation::committed;
  OnCorrupt on_corrupt = OnCorrupt::stop;
};

// The topic arguments without those that were given before, also by another path.
std::vector<std::string> each_once(io::System& system, const SourceRequest& request);

// The topics that a regular expression matches, as arguments; a path may stand before its last
// slash. Error::Code::not_found when there is none.
Result<std::vector<std::string>> topics_of_regex(io::System& system, const std::string& text,
                                                 const SourceRequest& request);

// Error::Code::not_found, with the way out, when the data root is not there or no directory.
Result<void> check_data_root(io::System& system, const SourceRequest& request);

// The names of all topics of the data root.
Result<std::vector<std::string>> all_topics(io::System& system, const SourceRequest& request);

// What is said about a partition that was asked for and that the topic does not have.
Error no_such_partition(const std::string& topic, std::int32_t partition, std::size_t count);

// All partitions asked for, each once, in the order of the topic arguments and within a topic by
// number. Error::Code::not_found when a topic or a partition of it is not there.
Result<std::vector<PartitionPlace>> find_partitions(io::System& system,
                                                    const SourceRequest& request);

// Which partition it is, whatever the path: device and inode of the data root, topic and number.
using PartitionIdentity = std::tuple<std::uint64_t, std::uint64_t, std::string, std::int32_t>;
Result<PartitionIdentity> identity_of(const PartitionPlace& place);

Result<PartitionSource> open_source(const PartitionPlace& place, const SourceRequest& request = {});

// Opens all that find_partitions() finds, at once.
Result<std::vector<PartitionSource>> open_sources(io::System& system, const SourceRequest& request);

}  // namespace estream::read
