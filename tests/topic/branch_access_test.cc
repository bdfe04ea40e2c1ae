// What a branch needs of its surroundings: links, locks, names, and a source that is whole.
#include <doctest/doctest.h>

#include <cerrno>

#include "log/maintenance/maintenance.h"
#include "support/branch.h"

using namespace estream;
using namespace estream::topic;
using io::MemorySystem;

namespace {

Error refusal(const Topic& source, const std::string& name, const BranchOptions& options = {}) {
  const auto report = branch_topic(source, "root", name, options);
  REQUIRE(!report);
  return report.error();
}

}  // namespace

TEST_CASE("where files cannot be linked they are copied") {
  for (const int error : {EXDEV, EPERM, EMLINK}) {
    MemorySystem system;
    const Topic source = make_orders(system);
    fill_three_segments(source);
    system.fail(MemorySystem::Call::link, 1, error, MemorySystem::forever);
    system.limit_transfers(100);
    const BranchReport report = branched(source, "trial");
    system.clear_faults();
    CHECK(report.linked_segments == 0);
    CHECK(report.copied_segments == 3);
    CHECK(report.shared_bytes == 0);
    const Topic branch = opened(system, "trial");
    check_equal(source, branch);
    CHECK(inode_of(branch, first_log) != inode_of(source, first_log));
    system.crash(MemorySystem::Loss::all_unsynced);
    check_equal(opened(system, "orders"), opened(system, "trial"));
  }
}

TEST_CASE(
    "where files can share their blocks nothing is copied, and only what is published shows") {
  MemorySystem system;
  const Topic source = make_orders(system);
  fill_three_segments(source);
  append(source, 5, 0, log::SyncLevel::interval);
  system.allow_clones();
  system.fail(MemorySystem::Call::link, 1, EXDEV, MemorySystem::forever);
  const BranchReport report = branched(source, "trial");
  CHECK(report.copied_segments == 3);
  CHECK(report.copied_bytes == 12);  // The active segment's index.
  check_equal(source, opened(system, "trial"));
  system.clear_faults();
  system.crash(MemorySystem::Loss::all_unsynced);
  check_sound(opened(system, "trial"));
}

TEST_CASE("a source that may only be read is taken without its lock and left alone") {
  BranchSystem system;
  const Topic source = make_orders(system);
  fill_three_segments(source);
  // As when a compaction has come between the log and its index.
  system.set_content("root/orders/0/00000000000000000004.timeindex", "123456789012");
  const auto before = tree_below(system, "root/orders");
  system.is_read_only = true;
  const BranchReport report = branched(source, "trial", {.copied_active_bytes_max = 0});
  CHECK(tree_below(system, "root/orders") == before);
  CHECK(report.copied_segments == 1);
  check_equal(source, opened(system, "trial"));
}

TEST_CASE("segments that go while a source is taken without its lock are no harm") {
  BranchSystem system;
  const Topic source = make_orders(system);
  fill_three_segments(source);
  system.is_read_only = true;
  system.before_link = [&] {
    system.is_read_only = false;
    REQUIRE(log::run_compaction(directory_of(source), {.now = {10'000}, .segment_bytes = 4000}));
    REQUIRE(log::list_segments(directory_of(source))->size() == 2);
    system.is_read_only = true;
  };
  branched(source, "merged");
  system.is_read_only = false;
  check_equal(source, opened(system, "merged"));

  append(source, 5);
  append(source, 6);
  system.is_read_only = true;
  system.before_link = [&] {
    system.is_read_only = false;
    REQUIRE(log::run_retention(directory_of(source), 1));
    system.is_read_only = true;
  };
  branched(source, "retained");
  system.is_read_only = false;
  check_equal(source, opened(system, "retained"));
}

TEST_CASE("a source without a commit file is taken up to its last whole batch") {
  MemorySystem system;
  const Topic source = make_orders(system);
  fill_three_segments(source);
  const auto records = seen(source);
  system.remove("root/orders/0/commit");
  const std::string log = system.content(std::string("root/orders/0/") + third_log);
  system.set_content(std::string("root/orders/0/") + third_log, log + log.substr(0, 100));
  const auto before = tree_below(system, "root/orders");
  branched(source, "trial");
  CHECK(tree_below(system, "root/orders") == before);
  check_sound(opened(system, "trial"));
  CHECK(seen(opened(system, "trial")) == records);
}

TEST_CASE("nobody maintains the source while its files are linked, and producers go on") {
  BranchSystem system;
  const Topic source = make_orders(system);
  fill_three_segments(source);
  const auto before = seen(source);
  bool is_locked = false;
  system.before_link = [&] {
    const auto other = log::Maintenance::open(directory_of(source), 0);
    is_locked = !other && other.error().code == Error::Code::busy;
    for (int i = 5; i < 9; i++) append(source, i);  // The active segment is sealed by that.
  };
  branched(source, "trial");
  CHECK(is_locked);
  CHECK(seen(opened(system, "trial")) == before);
  check_sound(opened(system, "trial"));
  CHECK(seen(source).size() == before.size() + 8);
  CHECK(log::Maintenance::open(directory_of(source), 0));
}

TEST_CASE("a source that is being maintained is waited for until the timeout") {
  MemorySystem system;
  const Topic source = make_orders(system);
  fill_three_segments(source);
  const auto before = system.tree();
  const auto held = log::Maintenance::open(directory_of(source), 0);
  const std::int64_t start = system.monotonic_ns();
  CHECK(refusal(source, "trial", {.lock_timeout_ns = 50'000'000}).code == Error::Code::busy);
  CHECK(system.monotonic_ns() - start >= 50'000'000);
  CHECK(system.tree() == before);
}

TEST_CASE("a name that is taken is refused before anything is done") {
  MemorySystem system;
  const Topic source = make_orders(system);
  fill_three_segments(source);
  REQUIRE(Topic::create(system, "root", "taken", {}));
  system.set_content("root/file", "x");
  const auto before = system.tree();
  for (const std::string name : {"taken", "file", "orders"}) {
    const Error error = refusal(source, name, {.copied_active_bytes_max = 0});
    CHECK(error.code == Error::Code::exists);
    CHECK(error.message == "topic '" + name + "': there is one in root; choose another name");
  }
  CHECK(refusal(source, "../x").code == Error::Code::usage);
  CHECK(system.tree() == before);
}

TEST_CASE("of two that take one name at once the slower one is told") {
  BranchSystem system;
  const Topic source = make_orders(system);
  fill_three_segments(source);
  system.before_link = [&] { REQUIRE(Topic::create(system, "root", "trial", {})); };
  CHECK(refusal(source, "trial").code == Error::Code::exists);
  CHECK(seen(opened(system, "trial")).empty());
  CHECK(*io::Directory::open(system, "root")->list() ==
        std::vector<std::string>{"orders", "trial"});
}

TEST_CASE("a source with a hole or damage in what is copied is corrupt and named") {
  MemorySystem system;
  const Topic source = make_orders(system);
  fill_three_segments(source);
  const std::string path = std::string("root/orders/0/");
  const std::string active = system.content(path + third_log);
  std::string damaged = active;
  damaged[100] ^= 1;
  system.set_content(path + third_log, damaged);
  const Error checksum = refusal(source, "trial");
  CHECK(checksum.code == Error::Code::corrupt);
  CHECK(checksum.message.starts_with(path + third_log + " at byte 0: "));
  system.set_content(path + third_log, active);

  const std::string middle = system.content(path + second_log);
  system.set_content(path + second_log, middle.substr(0, middle.size() - 5));
  const Error cut = refusal(source, "trial");
  CHECK(cut.code == Error::Code::corrupt);
  CHECK(cut.message.starts_with(path + second_log + " at byte "));
  system.remove(path + second_log);
  const Error missing = refusal(source, "trial");
  CHECK(missing.code == Error::Code::corrupt);
  CHECK(missing.message ==
        "root/orders/0: the segment that holds offsets 4 to 7 is missing; run estream-inspect "
        "verify");
  CHECK(*io::Directory::open(system, "root")->list() == std::vector<std::string>{"orders"});
}
