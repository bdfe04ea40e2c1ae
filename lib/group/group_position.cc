#include "group/group_position.h"

#include <algorithm>

#include "group/position_file.h"

namespace estream::group {

Result<std::optional<SourcePosition>> find_position(const io::Directory& root,
                                                    const std::string& group,
                                                    const PartitionName& name,
                                                    const topic::TopicId& id) {
  const std::optional<SourcePosition> none;
  const auto directory = TRY(find_group(root, group));
  if (!directory) return none;
  const auto content = TRY(PositionFile::look(*directory, name.position_file()));
  if (!content) return none;
  const auto& sources = content->state.sources;
  const auto source = std::ranges::find_if(sources, [&](const SourcePosition& candidate) {
    return candidate.topic == name.topic && candidate.partition == name.partition;
  });
  if (source == sources.end()) {
    return Error{Error::Code::corrupt,
                 directory->name() + "/" + name.position_file() +
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
