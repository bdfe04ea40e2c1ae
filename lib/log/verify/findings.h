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

namespace estream::log {

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

// One thing that verify has to say about a file of a partition.
struct Finding {
  enum class Kind {
    fault,       // Bytes that break the format or contradict one another.
    unreadable,  // The system refused, so that nothing is known of them.
    note,        // Nothing is wrong; a person may want to know.
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

// What an error says of the file: damage if it is Error::Code::corrupt, else that the system
// refused.
Finding finding_of(Remedy remedy, const std::string& file, const Error& error);

// Gathers findings, from several threads at once. Of one file only the first so many are kept, and
// the others counted, so that one cause with a million effects does not fill the memory.
class Findings {
 public:
  void fault(Remedy remedy, const std::string& file, std::optional<std::uint64_t> position,
             std::string what);
  void note(const std::string& file, std::optional<std::uint64_t> position, std::string what);
  // Of one file only the first such note is kept.
  void note_once(const std::string& file, std::uint64_t position, const std::string& what);
  // As finding_of().
  void add(Remedy remedy, const std::string& file, const Error& error);
  void add(std::vector<Finding> findings);

  // What was kept of one file so far.
  std::vector<Finding> of_file(const std::string& file) const;
  // All of them by file and position; empties this.
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
  std::set<std::string> noted_;  // What may not be noted again.
};

}  // namespace estream::log
