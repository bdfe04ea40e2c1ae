#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace estream::group {

// A member of a group, as far as the shares depend on it.
struct ShareMember {
  std::map<std::string, std::int32_t> topics;  // With the number of their partitions.

  friend bool operator==(const ShareMember&, const ShareMember&) = default;
};

// How many partitions a member may hold: of all topics together if all members read the same, else
// of each topic.
struct Share {
  std::int32_t of_all = 0;
  std::map<std::string, std::int32_t> of_topic;  // Empty when only `of_all` counts.
};

// The share of members[index]. `members` are in the order of their seniority. Of P partitions and n
// members, each gets P / n, and the first P mod n get one more. If members read different topics,
// this rule is used topic by topic, and the list of members is rotated by the number of partitions
// of the topics before it in the alphabet, so that not always the same ones get more. Everybody who
// knows the members comes to the same result, and nobody needs to know who holds what.
Share share_of(const std::vector<ShareMember>& members, std::size_t index);

}  // namespace estream::group
