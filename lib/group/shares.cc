#include "group/shares.h"

#include <algorithm>

namespace estream::group {

namespace {

// Of the `rank`-th of `members`.
std::int32_t part_of(std::int32_t partitions, std::size_t members, std::size_t rank) {
  const auto count = static_cast<std::int32_t>(members);
  return partitions / count + (static_cast<std::int32_t>(rank) < partitions % count ? 1 : 0);
}

}  // namespace

Share share_of(const std::vector<ShareMember>& members, std::size_t index) {
  Share share;
  const ShareMember& own = members[index];
  const bool are_alike =
      std::ranges::all_of(members, [&](const ShareMember& other) { return other == own; });
  if (are_alike) {
    std::int32_t partitions = 0;
    for (const auto& [topic, count] : own.topics) partitions += count;
    share.of_all = part_of(partitions, members.size(), index);
    return share;
  }
  std::map<std::string, std::int32_t> topics;
  for (const ShareMember& member : members)
    topics.insert(member.topics.begin(), member.topics.end());
  std::size_t partitions_before = 0;
  for (const auto& [topic, count] : topics) {
    std::vector<std::size_t> readers;
    for (std::size_t i = 0; i < members.size(); i++) {
      if (members[i].topics.contains(topic)) readers.push_back(i);
    }
    const auto first = static_cast<std::ptrdiff_t>(partitions_before % readers.size());
    std::rotate(readers.begin(), readers.begin() + first, readers.end());
    partitions_before += static_cast<std::size_t>(count);
    const auto rank = std::ranges::find(readers, index);
    if (rank == readers.end()) continue;
    share.of_topic[topic] =
        part_of(count, readers.size(), static_cast<std::size_t>(rank - readers.begin()));
    share.of_all += share.of_topic[topic];
  }
  return share;
}

}  // namespace estream::group
