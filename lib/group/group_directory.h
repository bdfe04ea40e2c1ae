#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "io/directory.h"

namespace estream::group {

// The files of a group, in the data root of the topics that it reads:
//
//   ROOT/.groups/billing/
//     members/...        a file for each member, locked while the member lives
//     orders-0           the position file of partition 0 of orders
//     orders-0.lock      locked by the owner of the partition
//     all, all.lock      in their place, when the group reads all its partitions together

inline constexpr const char* members_name = "members";

// A partition, or all partitions of a group together, as the names of its files have it.
struct PartitionName {
  std::string topic;
  std::int32_t partition = 0;

  static PartitionName all() { return {"", -1}; }
  bool is_all() const { return topic.empty(); }

  std::string position_file() const;
  std::string lock_file() const;
  std::string text() const;  // "orders/0"; "all partitions"

  // Of the name of a position file; nothing for any other name.
  static std::optional<PartitionName> parse(std::string_view position_file);

  friend auto operator<=>(const PartitionName&, const PartitionName&) = default;
};

// Groups and members are called as topics are.
Result<void> check_name(std::string_view what, std::string_view name);

// Error::Code::usage if the root is on a file system whose locks other machines may not see, or
// that may have none: NFS, SMB, 9p, FUSE and the like. The message names --unsafe-fs.
Result<void> check_file_system(const io::Directory& root);

// Nothing when the root has no such group.
Result<std::optional<io::Directory>> find_group(const io::Directory& root, const std::string& name);
// Makes it if it does not exist.
Result<io::Directory> make_group(const io::Directory& root, const std::string& name);
// The names of all groups of the root, sorted.
Result<std::vector<std::string>> list_groups(const io::Directory& root);

// The partitions of which the group has a position file, sorted.
Result<std::vector<PartitionName>> list_positions(const io::Directory& group);

// Removes the group with all its files, which nobody may be using.
Result<void> remove_group(const io::Directory& root, const std::string& name);

}  // namespace estream::group
