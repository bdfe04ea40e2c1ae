#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/result.h"
#include "io/directory.h"
#include "topic/topic_config.h"

namespace estream::topic {

// Fills the empty directory of a partition. It must sync the files that it makes.
using PartitionMaker =
    std::function<Result<void>(std::int32_t partition, const io::Directory& directory)>;

// Makes a topic in a root, and also the root if it does not exist. The settings say how many
// partitions it has, and `make` fills each of them. The topic is complete and on the device, or it
// does not exist. It gets the owner and the permissions of the topic in `like`, or those of this
// process. Error::Code::exists when the name is in use.
Result<void> make_topic(io::System& system, const std::string& root, const std::string& name,
                        const TopicConfig& config, const PartitionMaker& make,
                        const io::Directory* like = nullptr);

}  // namespace estream::topic
