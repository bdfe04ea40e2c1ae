#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "io/directory.h"
#include "io/file.h"

namespace estream::group {

struct Member {
  std::string id;
  std::int64_t started_ns = 0;  // By the monotonic clock.
  std::int32_t pid = 0;
  // What it reads: names of topics, also "orders:0,2" for some partitions of one.
  std::vector<std::string> topics = {};
};

// This process as a member of a group. It lives as long as its file in members/ is locked, which
// the kernel ends with the process. So there are no leases and no clocks.
class Membership {
 public:
  // With a name, or under an id that nobody else has. Error::Code::busy when a member of that name
  // is alive.
  static Result<Membership> join(const io::Directory& group, const std::optional<std::string>& name,
                                 const std::vector<std::string>& topics);
  ~Membership();
  Membership(Membership&& other) noexcept;
  Membership& operator=(Membership&&) = delete;

  const std::string& id() const { return self_.id; }
  // Tells the others that it reads these now.
  Result<void> set_topics(const std::vector<std::string>& topics);

  // All members that are alive, this one as well, in the order of their seniority. Removes the
  // files of those that died.
  Result<std::vector<Member>> alive() const;

 private:
  Membership(io::Directory members, Member self)
      : members_(std::move(members)), self_(std::move(self)) {}

  Result<bool> claim();
  Result<void> introduce();
  Result<std::optional<Member>> look_at(const std::string& id) const;
  void bury(const std::string& id) const;

  io::Directory members_;
  Member self_;
  io::File file_;  // Locked.
};

Result<bool> is_member_alive(const io::Directory& group, const std::string& id);

}  // namespace estream::group
