#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/result.h"
#include "io/directory.h"
#include "topic/topic_config.h"

namespace estream::topic {

// Fills the empty directory of a partition. What it makes is synced.
using PartitionMaker =
    std::function<Result<void>(std::int32_t partition, const io::Directory& directory)>;

// Makes a topic in a root, and the root if need be, with the partitions that the settings say, each
// filled by `make`. The topic is complete and on the device, or it is not there.
// It has the owner and the permissions of the topic in `like`, or those of this process.
// Error::Code::exists when there is one of that name.
Result<void> make_topic(io::System& system, const std::string& root, const std::string& name,
                        const TopicConfig& config, const PartitionMaker& make,
                        const io::Directory* like = nullptr);

}  // namespace estream::topic
