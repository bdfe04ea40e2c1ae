#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "io/file.h"
#include "io/system.h"
#include "tool/produce/unpacked_input.h"
#include "tool/records/chunk.h"

namespace estream::tool {

struct ChunkReaderOptions {
  std::vector<std::string> inputs;  // Paths; "-" or none at all is standard input.
  std::string delimiter = "\n";
  std::size_t chunk_bytes = 4 << 20;       // How much is gathered while more is there.
  std::size_t line_bytes_max = 16 << 20;   // A longer line is marked, and skipped.
  std::int64_t linger_ns = 5'000'000;      // How long a first line waits for company.
  std::optional<std::int64_t> events_max;  // Lines; blank ones do not count if they are skipped.
  bool skips_blank_lines = true;
  bool unpacks = true;                     // What gzip or zstd has compressed.
  bool follows = false;                    // At the end of the one input, wait for more.
  std::optional<double> lines_per_second;  // Pace.
  std::optional<double> bytes_per_second;
};

// Cuts the input into chunks of whole lines. A chunk ends when it is full, when its first line has
// waited for `linger`, or when an input ends. A last line without delimiter is a line, except when
// a signal cut it short. Memory stays within line_bytes_max and a chunk, whatever comes.
//
// A file that is followed is the one that its name leads to: when that is another one, the old one
// is read to its end first, and when it has become shorter, it is read from its beginning. Both are
// said as notes, and what was there ends like an input: no line is made of old and new text. A file
// that was cut and has grown again before anybody looked is told by what stands before the place
// that was read to.
class ChunkReader {
 public:
  ChunkReader(io::System& system, ChunkReaderOptions options);

  // Fills an empty `chunk`; false at the end of the last input.
  Result<bool> next(Chunk& chunk);

  // Of what is there under the input's name now, unopened; nothing when nothing is.
  Result<std::optional<io::FileStatus>> source_status(std::size_t index) const;
  const std::string& source_name(std::size_t index) const { return names_[index]; }

 private:
  enum class Fill { has_lines, paused, ended };

  bool is_stdin(std::size_t index) const {
    return options_.inputs.empty() || options_.inputs[index] == "-";
  }
  bool is_done() const { return next_source_ == names_.size() && fd_ < 0; }
  Result<void> open_next_source();
  void close_source();
  Result<Fill> fill(Chunk& chunk);
  Result<std::optional<std::size_t>> read_more(Chunk& chunk, int timeout_ms);
  Result<std::optional<std::size_t>> read_source(MutableBytes out, int timeout_ms);
  Result<bool> is_at_last_end();
  Result<void> look_at_name();
  Result<std::size_t> read_followed(MutableBytes out);
  Result<bool> has_read_this() const;
  void end_of_content(const std::string& what);
  void begin_anew();
  Result<void> skip_rest_of_line();
  void finish(Chunk& chunk, Fill fill);
  std::size_t end_of_lines(std::string_view text, std::int64_t& lines) const;
  void limit_lines(Chunk& chunk);
  void keep_pace(const Chunk& chunk);
  bool is_paced() const { return options_.lines_per_second || options_.bytes_per_second; }

  io::System& system_;
  ChunkReaderOptions options_;
  std::vector<std::string> names_;
  std::size_t next_source_ = 0;
  std::optional<io::File> file_;  // The open source, if it is not standard input.
  int fd_ = -1;
  std::optional<UnpackedInput> unpacked_;  // If the source may be compressed.
  // Of a regular file that is followed.
  std::optional<io::FileStatus> followed_;  // Nothing when the source is anything else.
  std::uint64_t position_ = 0;              // How far it was read.
  std::string last_read_;                   // The bytes before that, some of them.
  bool was_at_end_ = false;
  std::optional<io::File> successor_;  // What its name leads to now.
  bool is_over_ = false;               // No more comes of what was there.
  bool begins_anew_ = false;           // The next chunk is the first since then.
  std::string carried_;                // Read, and after the last line that was handed out.
  bool is_inside_oversized_ = false;
  std::int64_t events_left_;
  std::int64_t lines_in_chunk_ = 0;  // Counted only where a limit or a pace asks for it.
  std::int64_t pace_due_ns_ = 0;
};

}  // namespace estream::tool
