#include "group/members.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <nlohmann/json.hpp>
#include <utility>

#include "group/group_directory.h"
#include "io/range_lock.h"

namespace estream::group {

namespace {

using Json = nlohmann::json;

// Somebody who looks for dead members may hold the lock of a new file for a moment.
constexpr std::int64_t retry_pause_ns = 1'000'000;
constexpr std::int64_t patience_ns = 10'000'000'000;
constexpr std::int64_t patience_with_name_ns = 1'000'000'000;
constexpr std::size_t file_bytes_max = 1 << 20;

std::string text_of(const Member& member) {
  const Json json = {
      {"pid", member.pid}, {"started", member.started_ns}, {"topics", member.topics}};
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

// A file that was not written to its end says nothing but its name.
Member member_of(const std::string& id, const std::string& text) {
  Member member;
  member.id = id;
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object()) return member;
  if (const auto pid = json.find("pid"); pid != json.end() && pid->is_number_integer()) {
    member.pid = pid->get<std::int32_t>();
  }
  if (const auto at = json.find("started"); at != json.end() && at->is_number_integer()) {
    member.started_ns = at->get<std::int64_t>();
  }
  const auto topics = json.find("topics");
  if (topics == json.end() || !topics->is_array()) return member;
  for (const Json& topic : *topics) {
    if (topic.is_string()) member.topics.push_back(topic.get<std::string>());
  }
  return member;
}

}  // namespace

Result<Membership> Membership::join(const io::Directory& group,
                                    const std::optional<std::string>& name,
                                    const std::vector<std::string>& topics) {
  io::System& system = group.system();
  const std::int64_t started_ns = system.monotonic_ns();
  const std::int64_t deadline_ns = started_ns + (name ? patience_with_name_ns : patience_ns);
  const io::Directory members = TRY(group.open_directory(members_name));
  for (;;) {
    Member self;
    self.started_ns = started_ns;
    self.pid = system.process_id();
    self.topics = topics;
    self.id = name ? *name : fmt::format("{:020}-{:016x}", started_ns, system.random());
    Membership membership(members, self);
    const bool is_claimed = TRY(membership.claim());
    if (is_claimed) return membership;
    if (system.monotonic_ns() < deadline_ns) {
      system.sleep_ns(retry_pause_ns);
      continue;
    }
    return Error{Error::Code::busy, "member '" + self.id +
                                        "' of the group is alive; let it end, or give another "
                                        "name (--member)"};
  }
}

// Whoever sees the file before it is locked takes its member for dead, and removes it: again.
Result<bool> Membership::claim() {
  file_ = TRY(members_.open_file(self_.id, io::OpenMode::create_or_open));
  const int answer = members_.system().try_lock(file_.fd(), 0);
  if (answer == -EAGAIN) {
    file_ = io::File();
    return false;
  }
  if (answer < 0) return io::system_error(file_.name(), "lock", answer);
  const bool is_there = TRY(members_.leads_to(self_.id, file_));
  if (!is_there) {
    file_ = io::File();
    return false;
  }
  TRY(introduce());
  return true;
}

Result<void> Membership::introduce() {
  const std::string text = text_of(self_);
  TRY(file_.truncate(0));
  return file_.write_at(0, std::as_bytes(std::span(text)));
}

Result<void> Membership::set_topics(const std::vector<std::string>& topics) {
  self_.topics = topics;
  return introduce();
}

Membership::Membership(Membership&& other) noexcept
    : members_(other.members_), self_(other.self_), file_(std::exchange(other.file_, io::File())) {}

Membership::~Membership() {
  if (file_.is_open()) (void)members_.remove_file(self_.id);
}

Result<std::vector<Member>> Membership::alive() const {
  std::vector<Member> members = {self_};
  for (const std::string& id : TRY(members_.list())) {
    if (id == self_.id) continue;
    auto member = look_at(id);
    // It has left meanwhile.
    if (!member && member.error().code == Error::Code::not_found) continue;
    if (!member) return std::move(member).error();
    if (*member) members.push_back(**std::move(member));
  }
  std::ranges::sort(members, {},
                    [](const Member& member) { return std::pair(member.started_ns, member.id); });
  return members;
}

Result<bool> is_member_alive(const io::Directory& group, const std::string& id) {
  const io::Directory members = TRY(group.open_directory(members_name));
  const auto file = members.open_file(id, io::OpenMode::read);
  if (!file && file.error().code == Error::Code::not_found) return false;
  if (!file) return file.error();
  return io::is_locked(*file, 0);
}

// Nothing when it is dead.
Result<std::optional<Member>> Membership::look_at(const std::string& id) const {
  const io::File file = TRY(members_.open_file(id, io::OpenMode::read));
  const bool is_alive = TRY(io::is_locked(file, 0));
  if (!is_alive) {
    bury(id);
    return std::optional<Member>();
  }
  const auto text = members_.read_file(id, file_bytes_max);
  return std::optional(member_of(id, text ? *text : ""));
}

// Only what can be locked is dead; a member of the same name may have just come to life.
void Membership::bury(const std::string& id) const {
  const auto file = members_.open_file(id, io::OpenMode::read_write);
  if (!file || members_.system().try_lock(file->fd(), 0) < 0) return;
  const auto is_there = members_.leads_to(id, *file);
  if (is_there && *is_there) (void)members_.remove_file(id);
}

}  // namespace estream::group
