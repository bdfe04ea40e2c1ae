#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace estream::cli {

// Shows how far a long run has come. Knows no clock and writes nothing: the caller says what time
// it is (any clock that never goes back, in milliseconds) and writes the answer to stderr.
//
//   if (progress.is_due(now_ms)) write(progress.update(now_ms, "12034 events, 1.9MiB"));
//   ...
//   write(progress.finish("13034 events, 2.1MiB"));
class Progress {
 public:
  enum class Mode {
    automatic,  // One line that overwrites itself, if stderr is a terminal, after the first second.
    always,     // A line of its own each time, also at the end: for logs.
    json,       // The same for programs: the text is the whole line.
    never,
  };
  enum class Output { terminal, other };

  struct Options {
    std::string tool;
    Mode mode = Mode::automatic;
    Output output = Output::other;  // What stderr is.
    std::int64_t start_ms = 0;
    // Default: 200 ms on a terminal, 5 s for lines, 1 s for JSON.
    std::optional<std::int64_t> interval_ms = {};
  };

  explicit Progress(Options options);

  bool is_due(std::int64_t now_ms) const;

  // The bytes to write when an update is due; otherwise none. `text` is one line without newline.
  std::string update(std::int64_t now_ms, std::string_view text);

  // The bytes that take the line off the terminal again; none when there is no line.
  std::string eraser() const;
  // The bytes to write at the end: an eraser, or the last line.
  std::string finish(std::string_view text);

  bool is_shown() const { return style_ != Style::silent; }

 private:
  enum class Style { silent, overwrite, lines, json };

  std::string line_of(std::string_view text) const;

  std::string tool_;
  Style style_;
  std::int64_t interval_ms_;
  std::int64_t next_ms_;
  std::size_t shown_columns_ = 0;
};

}  // namespace estream::cli
