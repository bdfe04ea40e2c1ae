#include "tool/compact/unread.h"

#include <string>
#include <vector>

#include "group/group_directory.h"
#include "group/group_position.h"

namespace estream::tool {

Result<std::optional<Unread>> find_unread(const read::PartitionPlace& place) {
  std::optional<Unread> unread;
  const topic::Topic& topic = *place.topic;
  if (topic.layout() == log::Layout::kafka) return unread;
  const group::PartitionName name = {topic.name(), place.partition};
  for (const std::string& group : TRY(group::list_groups(topic.root()))) {
    const auto position = TRY(group::find_position(topic.root(), group, name, topic.id()));
    if (!position) continue;
    if (!unread || position->needed < unread->needed) unread = Unread{position->needed, group};
  }
  return unread;
}

}  // namespace estream::tool
