#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "io/file.h"
#include "io/system.h"
#include "tool/produce/chunk.h"

namespace estream::tool {

struct ChunkReaderOptions {
  std::vector<std::string> inputs;  // Paths; "-" or none at all is standard input.
  std::string delimiter = "\n";
  std::size_t chunk_bytes = 4 << 20;       // How much is gathered while more is there.
  std::size_t line_bytes_max = 16 << 20;   // A longer line is marked, and skipped.
  std::int64_t linger_ns = 5'000'000;      // How long a first line waits for company.
  std::optional<std::int64_t> events_max;  // Lines; blank ones do not count if they are skipped.
  bool skips_blank_lines = true;
  bool follows = false;                    // At the end of a file, wait for it to grow.
  std::optional<double> lines_per_second;  // Pace.
  std::optional<double> bytes_per_second;
};

// Cuts the input into chunks of whole lines. A chunk ends when it is full, when its first line has
// waited for `linger`, or when an input ends. A last line without delimiter is a line, except when
// a signal cut it short. Memory stays within line_bytes_max and a chunk, whatever comes.
class ChunkReader {
 public:
  ChunkReader(io::System& system, ChunkReaderOptions options);

  // Fills an empty `chunk`; false at the end of the last input.
  Result<bool> next(Chunk& chunk);

  const std::string& source_name(std::size_t index) const { return names_[index]; }

 private:
  enum class Fill { has_lines, paused, ended };

  bool is_done() const { return next_source_ == names_.size() && fd_ < 0; }
  Result<void> open_next_source();
  void close_source();
  Result<Fill> fill(Chunk& chunk);
  Result<std::optional<std::size_t>> read_more(Chunk& chunk, int timeout_ms);
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
  std::string carried_;  // Read, and after the last line that was handed out.
  bool is_inside_oversized_ = false;
  std::int64_t events_left_;
  std::int64_t lines_in_chunk_ = 0;  // Counted only where a limit or a pace asks for it.
  std::int64_t pace_due_ns_ = 0;
};

}  // namespace estream::tool
