#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/types.h"

namespace estream::log {

// An offset in a sentence.
inline std::string shown(Offset offset) { return std::to_string(offset.value); }

// What a person can do about damage.
enum class Remedy {
  none,
  restore_log,
  produce_anew,
  remove_index,
  append,
  restore_epochs,
  rebuild_commit,
  match_commit,
  empty_lock,
  remove_broker_file,
  restore_settings,
};

// A sentence without a full stop; empty for Remedy::none.
std::string_view advice(Remedy remedy);

// One result of verify about a file of a partition.
struct Finding {
  enum class Kind {
    fault,       // Bytes that break the format or contradict one another.
    unreadable,  // The system refused to read it, so that nothing is known.
    note,        // Nothing is wrong, but a person may want to know.
  };

  Kind kind = Kind::fault;
  std::string file;  // With the path of the partition.
  std::optional<std::uint64_t> position = {};
  std::string what;
  Remedy remedy = Remedy::none;

  // "orders/0/00000000000000000000.log at byte 4096: WHAT"
  std::string text() const;

  friend bool operator==(const Finding&, const Finding&) = default;
};

// The finding for an error: a fault if it is Error::Code::corrupt, else unreadable.
Finding finding_of(Remedy remedy, const std::string& file, const Error& error);

// Collects findings from several threads at once. Only the first findings about a file are kept;
// the others are counted. So a cause with a million effects does not fill the memory.
class Findings {
 public:
  void fault(Remedy remedy, const std::string& file, std::optional<std::uint64_t> position,
             std::string what);
  void note(const std::string& file, std::optional<std::uint64_t> position, std::string what);
  // Only the first such note about a file is kept.
  void note_once(const std::string& file, std::uint64_t position, const std::string& what);
  // As finding_of().
  void add(Remedy remedy, const std::string& file, const Error& error);
  void add(std::vector<Finding> findings);

  // The findings about one file that are kept so far.
  std::vector<Finding> of_file(const std::string& file) const;
  // All findings by file and position. Afterwards this is empty.
  std::vector<Finding> take();

 private:
  struct File {
    std::vector<Finding> kept;
    std::int64_t faults = 0;
    std::int64_t notes = 0;
  };

  void keep(Finding finding);

  mutable std::mutex mutex_;
  std::map<std::string, File> files_;
  std::set<std::string> noted_;  // Notes that must not be made again.
};

}  // namespace estream::log
