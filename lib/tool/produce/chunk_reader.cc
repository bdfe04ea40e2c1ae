#include "tool/produce/chunk_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "base/work_meter.h"
#include "io/deadline.h"
#include "io/signals.h"
#include "io/user_file.h"
#include "json/event_parser.h"
#include "text/say.h"

namespace estream::tool {

namespace {

constexpr std::size_t oversized_sample_bytes = 4096;
constexpr std::size_t read_bytes = 1 << 20;
constexpr int growth_poll_ms = 50;
constexpr std::size_t last_read_bytes = 1024;
constexpr double paced_chunk_seconds = 0.02;

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

Result<std::optional<io::FileStatus>> ChunkReader::source_status(std::size_t index) const {
  if (!is_stdin(index)) return io::path_status(system_, names_[index]);
  io::FileStatus status;
  if (system_.status(io::standard_input, status) < 0) return std::optional<io::FileStatus>();
  return std::optional(status);
}

Result<void> ChunkReader::open_next_source() {
  if (is_stdin(next_source_)) {
    fd_ = io::standard_input;
  } else {
    file_.emplace(TRY(io::open_for_reading(system_, names_[next_source_])));
    fd_ = file_->fd();
    const io::FileStatus status = TRY(file_->status());
    if (options_.follows && status.kind == io::FileStatus::Kind::regular) followed_ = status;
  }
  io::enlarge_pipe(fd_);
  if (options_.unpacks && !options_.follows) {
    unpacked_.emplace(system_, fd_, names_[next_source_]);
  }
  next_source_++;
  return {};
}

void ChunkReader::close_source() {
  unpacked_.reset();
  file_.reset();
  fd_ = -1;
}

// What was there of the followed file is handed out.
void ChunkReader::begin_anew() {
  if (successor_) {
    file_ = std::exchange(successor_, std::nullopt);
    fd_ = file_->fd();
  }
  position_ = 0;
  last_read_.clear();
  was_at_end_ = is_over_ = false;
  begins_anew_ = true;
}

Result<bool> ChunkReader::next(Chunk& chunk) {
  while (!is_done() && events_left_ > 0) {
    if (fd_ < 0) TRY(open_next_source());
    if (is_inside_oversized_) TRY(skip_rest_of_line());
    chunk.source_index = next_source_ - 1;
    const Fill filled = TRY(fill(chunk));
    finish(chunk, filled);
    if (io::is_stop_requested()) carried_.clear();
    if (chunk.size > 0) chunk.begins_anew = std::exchange(begins_anew_, false);
    // A pace leaves lines behind that were read already: they come before the end.
    if (filled == Fill::ended && carried_.empty()) {
      is_over_ ? begin_anew() : close_source();
    }
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
  std::int64_t first_byte_deadline =
      chunk.size > 0 ? io::deadline_after(system_, options_.linger_ns) : -1;
  bool has_line = chunk.text().find(options_.delimiter) != std::string_view::npos;
  for (;;) {
    if (has_line && (chunk.size >= options_.chunk_bytes || is_paced())) return Fill::has_lines;
    if (!has_line && chunk.size > options_.line_bytes_max) return Fill::has_lines;
    int timeout = -1;
    if (has_line) timeout = io::poll_ms(first_byte_deadline - system_.monotonic_ns());
    const std::size_t before = chunk.size;
    const auto count = TRY(read_more(chunk, timeout));
    if (io::is_stop_requested()) return Fill::ended;
    if (!count) return Fill::paused;
    if (*count == 0) {
      const bool is_last_end = TRY(is_at_last_end());
      if (is_last_end) return Fill::ended;
      if (has_line) return Fill::paused;
      io::wait_for_stop(system_, growth_poll_ms);
      continue;
    }
    if (first_byte_deadline < 0) {
      first_byte_deadline = io::deadline_after(system_, options_.linger_ns);
    }
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
    const std::size_t longest = options_.line_bytes_max + options_.chunk_bytes + read_bytes;
    chunk.buffer.resize(std::max(std::min(chunk.size * 2, longest), chunk.size + room) +
                        json::padding_bytes);
  }
  const std::span<char> out = std::span(chunk.buffer).subspan(chunk.size, room);
  const auto count = TRY(read_source(std::as_writable_bytes(out), timeout_ms));
  chunk.size += count.value_or(0);
  return count;
}

// As io::read_some.
Result<std::optional<std::size_t>> ChunkReader::read_source(MutableBytes out, int timeout_ms) {
  if (is_over_) return std::optional<std::size_t>(0);
  if (unpacked_) return unpacked_->read(out, timeout_ms);
  if (!followed_) {
    const auto count = TRY(io::read_some(system_, fd_, names_[next_source_ - 1], out, timeout_ms));
    work_meter().done += static_cast<std::int64_t>(count.value_or(0));
    return count;
  }
  if (io::is_stop_requested()) return std::optional<std::size_t>();
  return std::optional(TRY(read_followed(out)));
}

Result<std::size_t> ChunkReader::read_followed(MutableBytes out) {
  const std::size_t count = TRY(file_->read_at(position_, out));
  // Behind an end the file may be another text that has the same name and is longer.
  if (count > 0 && was_at_end_) {
    const bool is_same_text = TRY(has_read_this());
    if (!is_same_text) {
      end_of_content("was written again from the beginning");
      return 0;
    }
  }
  was_at_end_ = count < out.size();
  position_ += count;
  const std::size_t kept = std::min(count, last_read_bytes);
  last_read_ += as_text(out.subspan(count - kept, kept));
  last_read_.erase(0, last_read_.size() - std::min(last_read_.size(), last_read_bytes));
  return count;
}

// Whether what was read last still stands where it stood.
Result<bool> ChunkReader::has_read_this() const {
  std::string now(last_read_.size(), '\0');
  const std::size_t count =
      TRY(file_->read_at(position_ - now.size(), std::as_writable_bytes(std::span(now))));
  return count == now.size() && now == last_read_;
}

void ChunkReader::end_of_content(const std::string& what) {
  is_over_ = true;
  text::say(text::Level::note,
            names_[next_source_ - 1] + ": " + what + "; reading it from its beginning");
}

// At an end of the source: whether nothing can come behind it.
Result<bool> ChunkReader::is_at_last_end() {
  if (!options_.follows || is_over_) return true;
  if (followed_) TRY(look_at_name());
  return is_over_;
}

Result<void> ChunkReader::look_at_name() {
  const std::string& name = names_[next_source_ - 1];
  // Whoever wrote to the old file had time to end since the new one was seen, and it was read
  // again.
  is_over_ = successor_.has_value();
  if (is_over_) return {};
  const io::FileStatus status = TRY(file_->status());
  if (status.size_bytes < position_) {
    end_of_content(
        fmt::format("was cut to {} bytes after {} were read", status.size_bytes, position_));
    return {};
  }
  const auto now = TRY(io::path_status(system_, name));
  const bool is_other =
      now && now->kind == io::FileStatus::Kind::regular && !io::is_same_file(*now, status);
  if (!is_other) return {};
  auto opened = io::open_for_reading(system_, name);
  // Between two names of a rotation there may be none.
  if (!opened && opened.error().code == Error::Code::not_found) return {};
  successor_ = TRY(std::move(opened));
  text::say(text::Level::note, name + ": is another file now; reading that from its beginning");
  return {};
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
    events_left_--;
    if (fill == Fill::ended) return;
    // Its end may have been read with it: the delimiter's first bytes, when it is longer than one.
    carried_ = text.substr(text.size() - (options_.delimiter.size() - 1));
    is_inside_oversized_ = true;
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
  while (pace_due_ns_ > system_.monotonic_ns() && !io::is_stop_requested()) {
    io::wait_for_stop(system_, io::poll_ms(pace_due_ns_ - system_.monotonic_ns()));
  }
  pace_due_ns_ = std::max(pace_due_ns_, now) + static_cast<std::int64_t>(seconds * 1e9);
}

Result<void> ChunkReader::skip_rest_of_line() {
  std::vector<char> buffer(read_bytes);
  for (;;) {
    const auto count = TRY(read_source(std::as_writable_bytes(std::span(buffer)), -1));
    if (count == 0) {
      const bool is_last_end = TRY(is_at_last_end());
      if (!is_last_end) {
        io::wait_for_stop(system_, growth_poll_ms);
        continue;
      }
    }
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
