#include "group/group_position.h"

#include <algorithm>

namespace estream::group {

Result<std::optional<PositionContent>> look_at_position(const io::Directory& root,
                                                        const std::string& group,
                                                        const PartitionName& name) {
  const auto directory = TRY(find_group(root, group));
  if (!directory) return std::optional<PositionContent>();
  return PositionFile::look(*directory, name.position_file());
}

Result<std::optional<SourcePosition>> find_position(const io::Directory& root,
                                                    const std::string& group,
                                                    const PartitionName& name,
                                                    const topic::TopicId& id) {
  const auto content = TRY(look_at_position(root, group, name));
  if (!content) return std::optional<SourcePosition>();
  const auto& sources = content->state.sources;
  const auto source = std::ranges::find_if(sources, [&](const SourcePosition& candidate) {
    return candidate.topic == name.topic && candidate.partition == name.partition;
  });
  if (source == sources.end()) {
    const auto directory = TRY(find_group(root, group));
    return Error{Error::Code::corrupt,
                 (directory ? directory->name() : group) + "/" + name.position_file() +
                     ": is the position of another group or partition; remove it, and set the "
                     "position with estream-consume --seek"};
  }
  if (topic::are_different(source->topic_id, id)) {
    return Error{Error::Code::corrupt, name.text() + ": group '" + group +
                                           "' has read another topic of this name; set its "
                                           "position with estream-consume --seek, or end the "
                                           "group with --forget"};
  }
  return std::optional(*source);
}

}  // namespace estream::group
