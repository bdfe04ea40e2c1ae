#pragma once

#include <cstdio>
#include <string>
#include <string_view>

namespace estream::text {

// Diagnostics: one line each on stderr, "estream-consume: warning: orders/0 ...". Text from outside
// may be part of them, and cannot drive the terminal: see printable.

enum class Level {
  error,    // Always said.
  warning,  // Not with -q.
  note,     // Not with -q.
  detail,   // With -v.
  trace,    // With -vv.
};

// Process-wide, and set before the first say: the name in front of every line, how much is said
// (-1 for -q, 0, 1 for -v, 2 for -vv), and where to (stderr, but for tests).
void name_tool(std::string_view tool);
std::string tool_name();
void set_verbosity(int verbosity);
void set_diagnostics_stream(std::FILE* stream);

void say(Level level, std::string_view text);

// Writes bytes to the same stream as they are: a line that is to be overwritten. What is said next
// comes after `eraser`, which takes that line away. Any thread may call it, and say.
void show_status(std::string_view bytes, std::string_view eraser);

// Whether say would print this level: for texts that are expensive to make.
bool is_said(Level level);

// `text` on one line, without what could drive a terminal: append_printable, also of line ends. For
// every text of foreign origin in a line for people.
std::string printable(std::string_view text);

}  // namespace estream::text
