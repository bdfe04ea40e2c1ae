#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "base/types.h"
#include "io/directory.h"
#include "io/file.h"
#include "io/system.h"
#include "topic/topic_id.h"

namespace estream::read {

// The place in a partition at which to go on reading.
struct CursorPosition {
  Offset offset;  // Of the next record.
  // The leader epoch of the record before it, when the log knows it. If that record has another
  // epoch later, the log was cut since, and written again.
  std::optional<std::int32_t> epoch = {};
  // Of the topic that the offset belongs to. Files of an earlier version have no id.
  topic::TopicId topic_id = {};

  friend bool operator==(const CursorPosition&, const CursorPosition&) = default;
};

// The content of a cursor file. It has the names of topics without their root, so that a log may be
// moved.
//
//   {"version":1,"positions":[
//     {"topic":"orders","topic_id":"6b336bee8c9eba21c6c7fa460082434d","partition":0,
//      "offset":17,"epoch":0}]}
class Cursor {
 public:
  // Error::Code::corrupt when the text is not a cursor; the caller adds the name of the file.
  static Result<Cursor> parse(std::string_view text);
  std::string to_text() const;

  std::optional<CursorPosition> find(const std::string& topic, std::int32_t partition) const;
  void set(const std::string& topic, std::int32_t partition, const CursorPosition& position);

  friend bool operator==(const Cursor&, const Cursor&) = default;

 private:
  std::map<std::pair<std::string, std::int32_t>, CursorPosition> positions_;
};

// A file of the user that holds a cursor. Positions of partitions that a run does not read stay in
// it. While this holds the file, there is an empty `.NAME.estream-lock` beside it.
class CursorFile {
 public:
  CursorFile(io::System& system, std::string path) : system_(&system), path_(std::move(path)) {}

  ~CursorFile() { release(); }
  CursorFile(const CursorFile&) = delete;
  CursorFile& operator=(const CursorFile&) = delete;

  // Two runs with one cursor would both get the same events. So the second one is refused with
  // Error::Code::busy until the first one ends, however it ends.
  Result<void> hold();

  // Returns an empty cursor when there is no such file. Removes the leftovers of a killed write().
  Result<Cursor> read() const;
  // Replaces the file. After a crash it is the old one or the new one.
  Result<void> write(const Cursor& cursor) const;

 private:
  struct Place {
    std::string directory;
    std::string name;
  };
  Place place() const;
  std::string lock_name() const;
  void release();

  io::System* system_;
  std::string path_;
  std::optional<io::Directory> directory_;  // Of the lock that is held.
  std::optional<io::File> lock_;
};

}  // namespace estream::read
