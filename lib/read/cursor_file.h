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

// Where in a partition to go on reading.
struct CursorPosition {
  Offset offset;  // Of the next record.
  // The leader epoch of the record before it, when the log knows it: if that record has another
  // epoch later, the log was cut and written anew since.
  std::optional<std::int32_t> epoch = {};
  // Of the topic that the offset belongs to; none in files of before there were ids.
  topic::TopicId topic_id = {};

  friend bool operator==(const CursorPosition&, const CursorPosition&) = default;
};

// The content of a cursor file. Topics are named as in their root, so that a log may move.
//
//   {"version":1,"positions":[
//     {"topic":"orders","topic_id":"6b336bee8c9eba21c6c7fa460082434d","partition":0,
//      "offset":17,"epoch":0}]}
class Cursor {
 public:
  // Error::Code::corrupt when the text is not such a file; the caller names it.
  static Result<Cursor> parse(std::string_view text);
  std::string to_text() const;

  std::optional<CursorPosition> find(const std::string& topic, std::int32_t partition) const;
  void set(const std::string& topic, std::int32_t partition, const CursorPosition& position);

  friend bool operator==(const Cursor&, const Cursor&) = default;

 private:
  std::map<std::pair<std::string, std::int32_t>, CursorPosition> positions_;
};

// A file of the user's with a cursor in it. Positions of partitions that a run does not read stay.
// While this holds the file, beside it there is an empty `.NAME.estream-lock`.
class CursorFile {
 public:
  CursorFile(io::System& system, std::string path) : system_(&system), path_(std::move(path)) {}

  ~CursorFile() { release(); }
  CursorFile(const CursorFile&) = delete;
  CursorFile& operator=(const CursorFile&) = delete;

  // Two runs with one cursor would both get the same events: the second one is refused with
  // Error::Code::busy until the first one ends, in whatever way.
  Result<void> hold();

  // An empty cursor when there is no such file. Removes what a write() that was killed has left.
  Result<Cursor> read() const;
  // Replaces the file; after a crash there is the old one or the new one.
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
