#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "io/system.h"
#include "read/partition_source.h"

namespace estream::read {

// Finds the topics that are made after a follower has begun, and that its regular expressions
// match.
class NewTopics {
 public:
  // How often find() looks for them.
  static constexpr std::int64_t interval_ns = 1'000'000'000;

  // Both must outlive this. The topics in `sources` are known.
  NewTopics(io::System& system, const SourceRequest& request,
            const std::vector<PartitionSource>& sources);

  // Whether there can be any.
  bool is_looking() const { return request_->names == TopicNames::regex; }

  // The partitions of topics that are new since the last call; all of their records count as new.
  // Looks at most once in each interval. A topic that cannot be opened is left out, with a warning.
  Result<std::vector<PartitionSource>> find();

 private:
  io::System* system_;
  const SourceRequest* request_;
  std::set<std::string> known_;  // Their paths.
  std::int64_t next_look_ns_ = 0;
};

}  // namespace estream::read
