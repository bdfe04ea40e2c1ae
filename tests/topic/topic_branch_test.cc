#include "topic/topic_branch.h"

#include <doctest/doctest.h>

#include <cerrno>

#include "support/branch.h"

using namespace estream;
using namespace estream::topic;
using io::MemorySystem;

TEST_CASE("a branch has the records and settings of its source, which stays as it is") {
  MemorySystem system;
  const Topic source = make_orders(system, 2);
  fill_three_segments(source);
  append(source, 7, 1);
  const auto before = tree_below(system, "root/orders");
  const BranchReport report = branched(source, "trial");
  CHECK(tree_below(system, "root/orders") == before);
  const Topic branch = opened(system, "trial");
  check_equal(source, branch);
  CHECK(seen(branch, 1) == seen(source, 1));
  check_sound(branch, 1);
  CHECK(report.partitions == 2);
  CHECK(report.linked_segments == 2);
  CHECK(report.copied_segments == 2);
}

TEST_CASE("sealed segments are the same files, and the active one is not") {
  MemorySystem system;
  const Topic source = make_orders(system);
  fill_three_segments(source);
  const BranchReport report = branched(source, "trial");
  const Topic branch = opened(system, "trial");
  for (const std::string name : {"00000000000000000000", "00000000000000000004"}) {
    for (const std::string suffix : {".log", ".index", ".timeindex"}) {
      CHECK(inode_of(branch, name + suffix) == inode_of(source, name + suffix));
    }
  }
  CHECK(inode_of(branch, third_log) != inode_of(source, third_log));
  const auto size = [&](const std::string& name) {
    return system.content("root/orders/0/" + name).size();
  };
  CHECK(report.shared_bytes == size(first_log) + size(second_log) +
                                   size("00000000000000000000.timeindex") +
                                   size("00000000000000000004.timeindex"));
  CHECK(report.copied_bytes == size(third_log) + 12);  // An index with one time.
}

TEST_CASE("a long active segment is sealed in the source and shared") {
  MemorySystem system;
  const Topic source = make_orders(system);
  fill_three_segments(source);
  const auto before = seen(source);
  const BranchReport report = branched(source, "trial", {.copied_active_bytes_max = 100});
  CHECK(report.linked_segments == 3);
  CHECK(report.copied_segments == 0);
  CHECK(report.copied_bytes == 0);
  const Topic branch = opened(system, "trial");
  CHECK(inode_of(branch, third_log) == inode_of(source, third_log));
  CHECK(seen(source) == before);
  check_sound(source);
  check_equal(source, branch);
}

TEST_CASE("what becomes of one topic does not touch the other") {
  MemorySystem system;
  Topic source = make_orders(system);
  fill_three_segments(source);
  branched(source, "trial", {.copied_active_bytes_max = 0});
  Topic branch = opened(system, "trial");
  const auto records = seen(source);
  struct Side {
    const Topic& changed;
    const Topic& kept;
  };
  for (const Side& side : {Side{source, branch}, Side{branch, source}}) {
    const std::string kept_path = "root/" + side.kept.name();
    auto kept = tree_below(system, kept_path);
    const auto check_kept = [&] {
      CHECK(tree_below(system, kept_path) == kept);
      check_sound(side.kept);
    };
    for (int i = 5; i < 8; i++) append(side.changed, i);
    check_kept();
    const log::KeyCompaction compaction = {.now = {10'000}};
    REQUIRE(log::run_compaction(directory_of(side.changed), compaction));
    CHECK(seen(side.changed).size() < records.size() + 6);
    check_kept();
    REQUIRE(log::run_retention(directory_of(side.changed), 1));
    check_kept();
    // A loss of power, and the recovery after it, too.
    system.set_boot_id(io::BootId{std::byte{9}});
    append(side.changed, 9);
    check_kept();
  }
  branched(branch, "second");
  const Topic second = opened(system, "second");
  const auto last = seen(second);
  for (const std::string name : {"orders", "trial"}) {
    for (const auto& [path, content] : tree_below(system, "root/" + name + "/0")) {
      system.remove(path);
    }
  }
  check_sound(second);
  CHECK(seen(second) == last);
}

TEST_CASE("a topic without records has a branch without records") {
  MemorySystem system;
  const Topic source = make_orders(system, 3);
  const BranchReport report = branched(source, "trial");
  CHECK(report.partitions == 3);
  CHECK(report.linked_segments + report.copied_segments == 0);
  CHECK(report.shared_bytes + report.copied_bytes == 0);
  const Topic branch = opened(system, "trial");
  CHECK(branch.partitions().size() == 3);
  check_equal(source, branch);
  append(branch, 1, 2);
  CHECK(seen(branch, 2).size() == 2);
  CHECK(seen(source, 2).empty());
}

TEST_CASE("a branch begins where its source begins") {
  MemorySystem system;
  const Topic source = make_orders(system);
  fill_three_segments(source);
  for (const std::size_t count : {std::size_t{1}, std::size_t{2}}) {
    REQUIRE(log::run_retention(directory_of(source), 1));
    const std::string name = "trial" + std::to_string(count);
    branched(source, name);
    const Topic branch = opened(system, name);
    CHECK(branch.open_reader(0)->log_start_offset() ==
          Offset{static_cast<std::int64_t>(4 * count)});
    check_equal(source, branch);
    CHECK(log::inventory_of(directory_of(branch)).leftovers.empty());
  }
  REQUIRE((*source.open_writer(0, {}))->seal_active());
  REQUIRE(log::run_retention(directory_of(source), 1));
  branched(source, "empty");
  const Topic branch = opened(system, "empty");
  check_equal(source, branch);
  append(branch, 1);
  CHECK(seen(branch).front().offset == 10);
}

TEST_CASE("segments that a retention which died has left are not taken") {
  MemorySystem system;
  const Topic source = make_orders(system);
  fill_three_segments(source);
  const std::string left = system.content(std::string("root/orders/0/") + first_log);
  REQUIRE(log::run_retention(directory_of(source), 1));
  system.set_content(std::string("root/orders/0/") + first_log, left);
  branched(source, "trial");
  const Topic branch = opened(system, "trial");
  check_equal(source, branch);
  CHECK(!system.exists(std::string("root/trial/0/") + first_log));
}

TEST_CASE("what readers of the source do not see yet is not in the branch") {
  MemorySystem system;
  const Topic source = make_orders(system);
  fill_three_segments(source);
  append(source, 5, 0, log::SyncLevel::interval);
  CHECK(log::read_all(directory_of(source), log::Layout::estream, log::Extent::written)->size() ==
        seen(source).size() + 2);
  branched(source, "trial");
  const Topic branch = opened(system, "trial");
  check_equal(source, branch);
  append(branch, 6);
  check_sound(branch);
}

TEST_CASE("epochs go along, and those of what is not taken do not") {
  MemorySystem system;
  const Topic source = make_orders(system);
  fill_three_segments(source);
  {
    const auto writer = source.open_writer(0, {.sync_level = log::SyncLevel::none});
    log::append(**writer, {"lost"});
    auto commit = directory_of(source).open_file("commit", io::OpenMode::read_write);
    REQUIRE(commit->sync_data());
  }
  system.crash(MemorySystem::Loss::all_unsynced);
  const Topic recovered = opened(system, "orders");
  append(recovered, 6);
  REQUIRE(recovered.open_reader(0)->epoch() == 1);
  branched(recovered, "trial");
  const Topic branch = opened(system, "trial");
  CHECK(branch.open_reader(0)->epoch() == 1);
  check_equal(recovered, branch);
  append(branch, 7);
  check_sound(branch);

  system.set_content("root/orders/0/leader-epoch-checkpoint", "0\n3\n0 0\n1 10\n2 500\n");
  branched(recovered, "earlier");
  CHECK(opened(system, "earlier").open_reader(0)->epoch() == 1);
  check_sound(opened(system, "earlier"));
}

TEST_CASE("a source whose last writer died with the machine is taken as its readers see it") {
  for (const std::uint64_t copied_max : {std::uint64_t{1} << 20, std::uint64_t{0}}) {
    MemorySystem system;
    {
      const Topic source = make_orders(system);
      fill_three_segments(source);
      append(source, 5, 0, log::SyncLevel::interval);
    }
    system.crash(MemorySystem::Loss::random, 3);
    const Topic source = opened(system, "orders");
    const auto before = seen(source);
    const auto files = tree_below(system, "root/orders");
    branched(source, "trial", {.copied_active_bytes_max = copied_max});
    if (copied_max > 0) CHECK(tree_below(system, "root/orders") == files);
    CHECK(seen(source) == before);
    check_equal(source, opened(system, "trial"));
  }
}

TEST_CASE("a segment that could not be synced is not shared") {
  for (const std::uint64_t copied_max : {std::uint64_t{1} << 20, std::uint64_t{0}}) {
    MemorySystem system;
    const Topic source = make_orders(system);
    fill_three_segments(source);
    {
      const auto writer = source.open_writer(0, {.sync_level = log::SyncLevel::batch});
      system.fail(MemorySystem::Call::sync, 1, EIO, 1, third_log);
      std::vector<std::byte> batch = log::batch_of({"unsynced"});
      REQUIRE(!(*writer)->append(batch));
    }
    const std::uint64_t poisoned = inode_of(source, third_log);
    branched(source, "trial", {.copied_active_bytes_max = copied_max});
    const Topic branch = opened(system, "trial");
    check_equal(source, branch);
    CHECK(inode_of(branch, third_log) != poisoned);
    append(branch, 7);
    append(source, 7);
    CHECK(system.touched_after_failed_sync().empty());
  }
}

TEST_CASE("indexes that are missing or may be of another log are made anew") {
  MemorySystem system;
  const Topic source = make_orders(system);
  fill_three_segments(source);
  system.remove("root/orders/0/00000000000000000000.timeindex");
  system.set_content("root/orders/0/00000000000000000004.index.cleaned", "");
  system.set_content("root/orders/0/00000000000000000004.timeindex", "123456789012");
  branched(source, "trial");
  check_sound(opened(system, "trial"));
}
