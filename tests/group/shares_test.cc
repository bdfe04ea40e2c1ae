#include "group/shares.h"

#include <doctest/doctest.h>

namespace estream::group {

TEST_CASE("members that read the same share all partitions, the oldest get one more") {
  for (std::int32_t partitions = 0; partitions < 12; partitions++) {
    for (std::size_t count = 1; count < 6; count++) {
      const std::vector<ShareMember> members(count, {{{"a", partitions}, {"b", 1}}});
      std::int32_t sum = 0;
      std::int32_t last = INT32_MAX;
      for (std::size_t i = 0; i < count; i++) {
        const std::int32_t own = share_of(members, i).of_all;
        CHECK(own <= last);
        CHECK(own >= (partitions + 1) / static_cast<std::int32_t>(count));
        CHECK(own <= (partitions + 1) / static_cast<std::int32_t>(count) + 1);
        last = own;
        sum += own;
      }
      CHECK(sum == partitions + 1);
    }
  }
}

TEST_CASE("members that read different topics share each of them, in turn") {
  const std::vector<ShareMember> members = {
      {{{"a", 1}, {"b", 1}}}, {{{"a", 1}, {"b", 1}, {"c", 4}}}, {{{"c", 4}}}};
  const Share first = share_of(members, 0);
  const Share second = share_of(members, 1);
  const Share third = share_of(members, 2);
  CHECK(first.of_topic == std::map<std::string, std::int32_t>{{"a", 1}, {"b", 0}});
  CHECK(second.of_topic == std::map<std::string, std::int32_t>{{"a", 0}, {"b", 1}, {"c", 2}});
  CHECK(third.of_topic == std::map<std::string, std::int32_t>{{"c", 2}});
  CHECK(second.of_all == 3);
}

TEST_CASE("one member alone has all") { CHECK(share_of({{{{"a", 3}, {"b", 2}}}}, 0).of_all == 5); }

}  // namespace estream::group
