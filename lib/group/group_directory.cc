#include "group/group_directory.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "group/position_claim.h"
#include "group/subdirectory.h"
#include "topic/topic_name.h"

namespace estream::group {

namespace {

constexpr const char* groups_name = ".groups";
constexpr const char* all_name = "all";

struct FileSystem {
  std::uint32_t type;
  const char* name;
};

// The types of <linux/magic.h>, and of the kernel's own sources where it does not have them.
constexpr std::array unsafe_file_systems = {
    FileSystem{0x00006969, "NFS"},    FileSystem{0x0000517b, "SMB"},
    FileSystem{0xff534d42, "SMB"},    FileSystem{0xfe534d42, "SMB"},
    FileSystem{0x01021997, "9p"},     FileSystem{0x65735546, "FUSE"},
    FileSystem{0x00c36400, "Ceph"},   FileSystem{0x5346414f, "AFS"},
    FileSystem{0x6b414653, "AFS"},    FileSystem{0x73757245, "Coda"},
    FileSystem{0x01161970, "GFS2"},   FileSystem{0x7461636f, "OCFS2"},
    FileSystem{0x0bd00bd0, "Lustre"}, FileSystem{0x0000564c, "NCP"},
};

Result<void> remove_files(const io::Directory& directory) {
  for (const std::string& name : TRY(directory.list())) {
    const auto status = TRY(directory.status(name));
    if (!status) continue;
    if (status->kind == io::FileStatus::Kind::directory) {
      const io::Directory inner = TRY(directory.open_directory(name));
      TRY(remove_files(inner));
      TRY(directory.remove_directory(name));
    } else {
      TRY(directory.remove_file(name));
    }
  }
  return {};
}

}  // namespace

std::string PartitionName::position_file() const {
  return is_all() ? all_name : topic + "-" + std::to_string(partition);
}
std::string PartitionName::lock_file() const { return lock_file_of(position_file()); }
std::string PartitionName::text() const {
  return is_all() ? "all partitions" : topic + "/" + std::to_string(partition);
}

std::optional<PartitionName> PartitionName::parse(std::string_view position_file) {
  if (position_file == all_name) return all();
  const std::size_t dash = position_file.rfind('-');
  if (dash == position_file.npos || dash == 0) return {};
  const std::string_view digits = position_file.substr(dash + 1);
  PartitionName name = {std::string(position_file.substr(0, dash)), 0};
  const char* const end = digits.data() + digits.size();
  const auto [stop, failure] = std::from_chars(digits.data(), end, name.partition);
  const bool is_whole = failure == std::errc() && stop == end && name.partition >= 0;
  // What has another spelling of the number is not ours.
  if (!is_whole || name.position_file() != position_file) return {};
  return name;
}

Result<void> check_name(std::string_view what, std::string_view name) {
  if (topic::check_topic_name(name)) return {};
  return Error{Error::Code::usage,
               std::string(what) + " '" + std::string(name) +
                   "': a name has up to 249 letters, digits, dots, underscores and dashes, and "
                   "does not begin with a dot"};
}

Result<void> check_file_system(const io::Directory& root) {
  const std::uint32_t type = TRY(root.file_system_type());
  const auto found = std::ranges::find(unsafe_file_systems, type, &FileSystem::type);
  if (found == unsafe_file_systems.end()) return {};
  return Error{Error::Code::usage, root.name() + ": a group needs a local disk, and this is " +
                                       found->name +
                                       "; give --unsafe-fs if no other machine uses the directory"};
}

Result<std::optional<io::Directory>> find_group(const io::Directory& root,
                                                const std::string& name) {
  const auto groups = TRY(find_subdirectory(root, groups_name));
  if (!groups) return std::optional<io::Directory>();
  return find_subdirectory(*groups, name);
}

Result<io::Directory> make_group(const io::Directory& root, const std::string& name) {
  const io::Directory groups = TRY(make_subdirectory(root, groups_name));
  io::Directory group = TRY(make_subdirectory(groups, name));
  TRY(make_subdirectory(group, members_name));
  // Who made the directories may have died before their names were durable.
  const bool is_new = TRY(list_positions(group)).empty();
  if (!is_new) return group;
  TRY(groups.sync());
  TRY(root.sync());
  return group;
}

Result<std::vector<std::string>> list_groups(const io::Directory& root) {
  const auto groups = TRY(find_subdirectory(root, groups_name));
  if (!groups) return std::vector<std::string>();
  std::vector<std::string> names = TRY(groups->list());
  std::erase_if(names, [](const std::string& name) { return !topic::check_topic_name(name); });
  return names;
}

Result<std::vector<PartitionName>> list_positions(const io::Directory& group) {
  std::vector<PartitionName> positions;
  for (const std::string& name : TRY(group.list())) {
    if (auto position = PartitionName::parse(name)) positions.push_back(*std::move(position));
  }
  std::ranges::sort(positions);
  return positions;
}

// Under a name that no group has first, so that a group is there whole or not at all.
Result<void> remove_group(const io::Directory& root, const std::string& name) {
  const io::Directory groups = TRY(root.open_directory(groups_name));
  const std::string removed = ".removed-" + std::to_string(root.system().random());
  TRY(groups.rename(name, removed));
  TRY(groups.sync());
  const io::Directory directory = TRY(groups.open_directory(removed));
  TRY(remove_files(directory));
  return groups.remove_directory(removed);
}

}  // namespace estream::group
