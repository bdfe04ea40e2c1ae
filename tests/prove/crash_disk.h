#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "support/memory_system.h"

namespace estream::prove::crash {

using Step = io::MemorySystem::Step;

inline constexpr std::uint64_t sector_bytes = 512;
inline constexpr std::uint64_t page_bytes = 4096;
inline constexpr std::uint64_t whole = UINT64_MAX;

// What stands in the place of bytes that did not reach the device, where the file got longer.
enum class Fill {
  data,     // They did reach it.
  zeros,    // A hole.
  garbage,  // Whatever was in those sectors.
  stale,    // What the file has at its beginning: whole batches, in the wrong place.
  torn,     // Garbage, even over what was there before: for a commit slot, which has a twin.
};

// What a device holds: files and directories by their number. Copies are cheap, for they share the
// contents until one is changed.
class Disk {
 public:
  Disk();

  // All of a change that is not a sync.
  void apply(const Step& step);
  // Bytes [from, to) of a write, counted from its first one. What stands in for data does so
  // behind the file's old end only: a sector that is overwritten has its old content or its new.
  void apply(const Step& write, std::uint64_t from, std::uint64_t to, Fill fill);

  std::uint64_t size_bytes(std::uint64_t file) const;
  // The content of the file with this path from the top, or nothing.
  const std::string* find(std::string_view path) const;
  // Without the path; empty when it has none.
  std::string name_of(std::uint64_t file) const;
  // Of all that can be reached from the top, with its names.
  std::uint64_t hash() const;
  void install_on(io::MemorySystem& system, std::uint64_t number_max) const;

 private:
  struct Content {
    std::string bytes;
    std::optional<std::uint64_t> hash;
  };
  using Names = std::map<std::string, std::uint64_t, std::less<>>;
  struct Node {
    bool is_directory = false;
    std::shared_ptr<Content> content;
    std::shared_ptr<Names> names;
  };

  Node& node(std::uint64_t number);
  std::string& own_content(std::uint64_t file);
  Names& own_names(std::uint64_t directory);
  std::uint64_t hash_below(const Node& node) const;

  std::vector<Node> nodes_;  // By number.
};

// What fsync promises.
enum class Persistence {
  // A file's bytes, and not its name; a directory's names. Changes of different names take effect
  // in any order; only the two halves of a rename are one.
  minimal,
  // As ext4 with ordered metadata: names change in the order in which they were changed, and any
  // fsync makes all changes of names before it durable. Bytes are as in minimal.
  ordered,
};

// A device, and the changes that it may or may not have when the power goes: in order, syncs left
// out. The steps must outlive this.
struct Storage {
  Disk durable;
  std::vector<const Step*> pending;

  void add(const Step& step, Persistence persistence);
  // The device with everything that is pending: what processes see.
  Disk all() const;
};

inline bool is_of_names(const Step& step) {
  return step.kind == Step::Kind::name || step.kind == Step::Kind::rename;
}

}  // namespace estream::prove::crash
