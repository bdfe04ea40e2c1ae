#include "topic/topic_branch.h"

#include <optional>

#include "topic/new_topic.h"
#include "topic/topic_name.h"

namespace estream::topic {

namespace {

Error name_is_taken(const std::string& root, const std::string& name) {
  return {Error::Code::exists,
          "topic '" + name + "': there is one in " + root + "; choose another name"};
}

// Before anything of the source is looked at or sealed. A root that is not there yet has no topics.
Result<void> check_name_is_free(io::System& system, const std::string& root,
                                const std::string& name) {
  TRY(check_topic_name(name));
  const auto directory = io::Directory::open(system, root);
  if (!directory && directory.error().code == Error::Code::not_found) return {};
  if (!directory) return directory.error();
  const auto status = TRY(directory->status(name));
  return status ? name_is_taken(root, name) : Result<void>();
}

Result<void> check_is_whole(const Topic& source) {
  const auto count = static_cast<std::size_t>(source.config().partition_count);
  if (source.partitions().size() == count) return {};
  return Error{Error::Code::data, "topic '" + source.name() + "': only " +
                                      std::to_string(source.partitions().size()) + " of its " +
                                      std::to_string(count) +
                                      " partitions are here; copy their events with --into"};
}

}  // namespace

Result<BranchReport> branch_topic(const Topic& source, const std::string& root,
                                  const std::string& name, const BranchOptions& options) {
  TRY(check_name_is_free(source.system(), root, name));
  TRY(check_is_whole(source));
  BranchReport report;
  const auto branch = [&](std::int32_t partition, const io::Directory& target) -> Result<void> {
    const io::Directory directory = TRY(source.open_partition(partition));
    const io::FileStatus model = TRY(directory.status());
    TRY(target.take_access(model));
    report += source.layout() == log::Layout::kafka
                  ? TRY(log::branch_kafka_partition(directory, source.log_start_offset(partition),
                                                    target))
                  : TRY(log::branch_partition(directory, target, options));
    return {};
  };
  std::optional<io::Directory> like;
  if (source.layout() == log::Layout::estream) like = TRY(source.open_directory());
  auto made =
      make_topic(source.system(), root, name, source.config(), branch, like ? &*like : nullptr);
  if (made) return report;
  // Somebody else was faster.
  return made.error().code == Error::Code::exists ? name_is_taken(root, name) : made.error();
}

}  // namespace estream::topic
