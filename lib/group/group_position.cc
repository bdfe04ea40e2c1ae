#include "group/group_position.h"

#include "group/position_file.h"

namespace estream::group {

Result<std::optional<SourcePosition>> look_at_position(const io::Directory& root,
                                                       const std::string& group,
                                                       const PartitionName& name) {
  const auto directory = TRY(find_group(root, group));
  if (!directory) return std::optional<SourcePosition>();
  const auto own = TRY(PositionFile::look(*directory, name.position_file()));
  const auto content =
      own ? own : TRY(PositionFile::look(*directory, PartitionName::all().position_file()));
  if (!content) return std::optional<SourcePosition>();
  const auto source = find_source(content->state, name.topic, name.partition);
  if (source) return std::optional(content->state.sources[*source]);
  if (!own) return std::optional<SourcePosition>();
  return Error{Error::Code::corrupt,
               directory->name() + "/" + name.position_file() +
                   ": is the position of another group or partition; remove it, and set the "
                   "position with estream-consume --seek"};
}

Result<std::optional<SourcePosition>> find_position(const io::Directory& root,
                                                    const std::string& group,
                                                    const PartitionName& name,
                                                    const topic::TopicId& id) {
  auto source = TRY(look_at_position(root, group, name));
  if (!source) return source;
  if (topic::are_different(source->topic_id, id)) {
    return Error{Error::Code::corrupt, name.text() + ": group '" + group +
                                           "' has read another topic of this name; set its "
                                           "position with estream-consume --seek, or end the "
                                           "group with --forget"};
  }
  return source;
}

}  // namespace estream::group
