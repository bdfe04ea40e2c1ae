#include "tool/produce/chunk_reader.h"

#include <algorithm>
#include <array>
#include <climits>
#include <cstring>

#include "io/signals.h"
#include "io/user_file.h"
#include "json/event_parser.h"

namespace estream::tool {

namespace {

constexpr std::size_t oversized_sample_bytes = 4096;
constexpr std::size_t read_bytes = 1 << 20;
constexpr int growth_poll_ms = 50;
constexpr double paced_chunk_seconds = 0.02;

// As far as poll can wait, which is 24 days.
int to_poll_ms(std::int64_t ns) {
  return static_cast<int>(std::min<std::int64_t>((ns + 999'999) / 1'000'000, INT_MAX));
}

}  // namespace

ChunkReader::ChunkReader(io::System& system, ChunkReaderOptions options)
    : system_(system),
      options_(std::move(options)),
      names_(options_.inputs),
      events_left_(options_.events_max.value_or(INT64_MAX)) {
  if (names_.empty()) names_.push_back("-");
  for (std::string& name : names_) {
    if (name == "-") name = "stdin";
  }
  if (is_paced()) options_.chunk_bytes = std::min<std::size_t>(options_.chunk_bytes, 64 << 10);
}

Result<void> ChunkReader::open_next_source() {
  const bool is_stdin = options_.inputs.empty() || options_.inputs[next_source_] == "-";
  if (is_stdin) {
    fd_ = io::standard_input;
  } else {
    file_.emplace(TRY(io::open_for_reading(system_, names_[next_source_])));
    fd_ = file_->fd();
  }
  io::enlarge_pipe(fd_);
  next_source_++;
  return {};
}

void ChunkReader::close_source() {
  file_.reset();
  fd_ = -1;
}

Result<bool> ChunkReader::next(Chunk& chunk) {
  while (!is_done() && events_left_ > 0) {
    if (fd_ < 0) TRY(open_next_source());
    if (is_inside_oversized_) TRY(skip_rest_of_line());
    chunk.source_index = next_source_ - 1;
    const Fill filled = TRY(fill(chunk));
    finish(chunk, filled);
    if (io::is_stop_requested()) carried_.clear();
    // A pace leaves lines behind that were read already: they come before the end.
    if (filled == Fill::ended && carried_.empty()) close_source();
    if (chunk.size > 0) {
      keep_pace(chunk);
      return true;
    }
  }
  return false;
}

// Reads until there is a reason to stop. What was carried over comes first.
Result<ChunkReader::Fill> ChunkReader::fill(Chunk& chunk) {
  if (chunk.buffer.size() < carried_.size() + json::padding_bytes) {
    chunk.buffer.resize(options_.chunk_bytes + carried_.size() + json::padding_bytes);
  }
  std::ranges::copy(carried_, chunk.buffer.begin());
  chunk.size = carried_.size();
  carried_.clear();
  const std::int64_t deadline = system_.monotonic_ns() + options_.linger_ns;
  std::int64_t first_byte_deadline = chunk.size > 0 ? deadline : -1;
  bool has_line = chunk.text().find(options_.delimiter) != std::string_view::npos;
  for (;;) {
    if (has_line && (chunk.size >= options_.chunk_bytes || is_paced())) return Fill::has_lines;
    if (!has_line && chunk.size > options_.line_bytes_max) return Fill::has_lines;
    int timeout = -1;
    if (has_line) {
      timeout = to_poll_ms(std::max<std::int64_t>(0, first_byte_deadline - system_.monotonic_ns()));
    }
    const std::size_t before = chunk.size;
    const auto count = TRY(read_more(chunk, timeout));
    if (io::is_stop_requested()) return Fill::ended;
    if (!count) return Fill::paused;
    if (*count == 0) {
      if (!options_.follows) return Fill::ended;
      std::array<io::PollEntry, 1> wait = {{{.fd = io::stop_descriptor()}}};
      system_.poll(wait, growth_poll_ms);
      if (has_line) return Fill::paused;
      continue;
    }
    if (first_byte_deadline < 0) first_byte_deadline = system_.monotonic_ns() + options_.linger_ns;
    if (!has_line) {
      const std::size_t overlap = std::min(before, options_.delimiter.size() - 1);
      has_line = chunk.text().find(options_.delimiter, before - overlap) != std::string_view::npos;
    }
  }
}

Result<std::optional<std::size_t>> ChunkReader::read_more(Chunk& chunk, int timeout_ms) {
  const std::size_t room =
      std::min(read_bytes,
               std::max<std::size_t>(options_.chunk_bytes, chunk.size + read_bytes) - chunk.size);
  if (chunk.buffer.size() < chunk.size + room + json::padding_bytes) {
    chunk.buffer.resize(std::max(chunk.size * 2, chunk.size + room) + json::padding_bytes);
  }
  const std::span<char> out = std::span(chunk.buffer).subspan(chunk.size, room);
  const auto count = TRY(io::read_some(system_, fd_, names_[next_source_ - 1],
                                       std::as_writable_bytes(out), timeout_ms));
  chunk.size += count.value_or(0);
  return count;
}

// Leaves whole lines in the chunk and carries the rest over.
void ChunkReader::finish(Chunk& chunk, Fill fill) {
  const std::string_view text = chunk.text();
  const std::size_t last = text.rfind(options_.delimiter);
  const std::size_t end = last == std::string_view::npos ? 0 : last + options_.delimiter.size();
  const bool is_cut_short = fill == Fill::ended && io::is_stop_requested();
  if (end == 0 && text.size() > options_.line_bytes_max) {
    chunk.is_oversized = true;
    chunk.size = oversized_sample_bytes;
    // Its end may have been read with it: the delimiter's first bytes, when it is longer than one.
    carried_ = text.substr(text.size() - (options_.delimiter.size() - 1));
    is_inside_oversized_ = fill != Fill::ended;
    events_left_--;
    return;
  }
  if (fill != Fill::ended || is_cut_short) {
    if (fill != Fill::ended) carried_ = text.substr(end);
    chunk.size = end;
  }
  chunk.is_before_pause = fill == Fill::paused;
  limit_lines(chunk);
}

// The end of the first `lines` lines; `lines` becomes the number that there were.
std::size_t ChunkReader::end_of_lines(std::string_view text, std::int64_t& lines) const {
  std::int64_t counted = 0;
  std::size_t at = 0;
  while (at < text.size() && counted < lines) {
    const std::size_t end = text.find(options_.delimiter, at);
    const std::string_view line = text.substr(at, end - at);
    if (!options_.skips_blank_lines || !json::is_blank(line)) counted++;
    at = end == std::string_view::npos ? text.size() : end + options_.delimiter.size();
  }
  lines = counted;
  return at;
}

void ChunkReader::limit_lines(Chunk& chunk) {
  if (!options_.events_max && !is_paced()) return;
  const double rate = options_.lines_per_second.value_or(1e12);
  const auto burst = static_cast<std::int64_t>(std::max(1.0, rate * paced_chunk_seconds));
  std::int64_t lines = std::min(events_left_, burst);
  const std::string_view text = chunk.text();
  const std::size_t end = end_of_lines(text, lines);
  carried_.insert(0, text.substr(end));
  chunk.size = end;
  lines_in_chunk_ = lines;
  if (options_.events_max) events_left_ -= lines;
}

void ChunkReader::keep_pace(const Chunk& chunk) {
  if (!is_paced()) return;
  const double seconds = options_.lines_per_second
                             ? static_cast<double>(lines_in_chunk_) / *options_.lines_per_second
                             : static_cast<double>(chunk.size) / *options_.bytes_per_second;
  const std::int64_t now = system_.monotonic_ns();
  if (pace_due_ns_ > now) {
    std::array<io::PollEntry, 1> wait = {{{.fd = io::stop_descriptor()}}};
    system_.poll(wait, to_poll_ms(pace_due_ns_ - now));
  }
  pace_due_ns_ = std::max(pace_due_ns_, now) + static_cast<std::int64_t>(seconds * 1e9);
}

Result<void> ChunkReader::skip_rest_of_line() {
  std::vector<char> buffer(read_bytes);
  for (;;) {
    const auto count = TRY(io::read_some(system_, fd_, names_[next_source_ - 1],
                                         std::as_writable_bytes(std::span(buffer)), -1));
    if (!count || *count == 0) {
      carried_.clear();
      break;  // The end, which fill() will meet again.
    }
    carried_.append(buffer.data(), *count);
    const std::size_t found = carried_.find(options_.delimiter);
    if (found != std::string::npos) {
      carried_.erase(0, found + options_.delimiter.size());
      break;
    }
    carried_.erase(0, carried_.size() - (options_.delimiter.size() - 1));
  }
  is_inside_oversized_ = false;
  return {};
}

}  // namespace estream::tool
