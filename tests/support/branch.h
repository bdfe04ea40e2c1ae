#pragma once

#include <doctest/doctest.h>

#include <fcntl.h>

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "log/verify/verify.h"
#include "support/compaction.h"
#include "support/partition.h"
#include "topic/topic.h"
#include "topic/topic_branch.h"

// Topics in the root "root" of a machine in memory, and branches of them.

namespace estream::topic {

// A machine on which something else happens while files are linked, or on which nothing that is
// there may be written to.
struct BranchSystem : io::MemorySystem {
  std::function<void()> before_link;  // Run once.
  bool is_read_only = false;

  int link_at(int from_directory, const char* from, int to_directory, const char* to) override {
    if (const auto event = std::exchange(before_link, nullptr)) event();
    return MemorySystem::link_at(from_directory, from, to_directory, to);
  }

  int open_at(int directory, const char* name, int flags, unsigned mode) override {
    const bool writes_old = (flags & O_ACCMODE) != O_RDONLY && (flags & O_CREAT) == 0;
    if (is_read_only && writes_old) return -EROFS;
    return MemorySystem::open_at(directory, name, flags, mode);
  }
};

inline Topic opened(io::System& system, const std::string& name) {
  auto topic = Topic::open(system, "root", name);
  if (!topic) FAIL(topic.error().message);
  return *std::move(topic);
}

inline Topic make_orders(io::System& system, std::int32_t partitions = 1) {
  TopicConfig config;
  config.partition_count = partitions;
  config.segment_bytes = 1024;
  config.retention_ms = 5;
  REQUIRE(Topic::create(system, "root", "orders", config));
  return opened(system, "orders");
}

inline io::Directory directory_of(const Topic& topic, std::int32_t partition = 0) {
  const auto directory = topic.open_partition(partition);
  REQUIRE(directory);
  return *directory;
}

// One record with the key "a" and one with its own; a segment of "orders" has room for two calls.
inline void append(const Topic& topic, int number, std::int32_t partition = 0,
                   log::SyncLevel level = log::SyncLevel::batch) {
  const auto writer = topic.open_writer(partition, {.sync_level = level});
  if (!writer) FAIL(writer.error().message);
  const std::string value = std::to_string(number) + std::string(150, '.');
  log::append_keyed(**writer, {{"a", value}, {"b" + std::to_string(number), value}});
}

inline std::vector<OwnedRecord> seen(const Topic& topic, std::int32_t partition = 0) {
  return log::seen_records(directory_of(topic, partition));
}

inline BranchReport branched(const Topic& source, const std::string& name,
                             const BranchOptions& options = {}) {
  const auto report = branch_topic(source, "root", name, options);
  if (!report) FAIL(report.error().message);
  return *report;
}

// Nothing at all is to be said about the partition's files.
inline void check_sound(const Topic& topic, std::int32_t partition = 0) {
  const auto proof =
      log::verify_partition(directory_of(topic, partition), log::Layout::estream, std::nullopt, {});
  std::string text;
  for (const log::Finding& finding : proof.findings) text += finding.text() + "\n";
  REQUIRE_MESSAGE(proof.findings.empty(), text);
}

inline std::map<std::string, std::string> tree_below(io::MemorySystem& system,
                                                     const std::string& path) {
  auto tree = system.tree();
  std::erase_if(tree, [&](const auto& entry) { return !entry.first.starts_with(path + "/"); });
  return tree;
}

inline std::uint64_t inode_of(const Topic& topic, const std::string& name) {
  const auto status = directory_of(topic).status(name);
  REQUIRE(status);
  return *status ? (*status)->inode : 0;
}

inline constexpr const char* first_log = "00000000000000000000.log";
inline constexpr const char* second_log = "00000000000000000004.log";
inline constexpr const char* third_log = "00000000000000000008.log";

// Two sealed segments of four records, and a third one with two.
inline void fill_three_segments(const Topic& topic) {
  for (int i = 0; i < 5; i++) append(topic, i);
  const auto segments = log::list_segments(directory_of(topic));
  REQUIRE(*segments == std::vector<Offset>{{0}, {4}, {8}});
}

inline void check_equal(const Topic& one, const Topic& other) {
  check_sound(other);
  CHECK(seen(other) == seen(one));
  CHECK(settings_json(other.config()) == settings_json(one.config()));
  CHECK(other.id() != one.id());
}

}  // namespace estream::topic
