#pragma once

#include <string>
#include <string_view>

namespace estream {

// Makes text from outside safe for a terminal, which takes some characters for commands.

enum class LineEnds { escaped, kept };  // And tabs.

// Appends `text` with control characters, bytes that are not UTF-8 and the characters that reverse
// the direction of writing as \n, \t, \xNN or \u{NNNN}.
void append_printable(std::string& out, std::string_view text, LineEnds line_ends);

// Appends JSON with the same meaning. The characters that append_printable escapes become \uNNNN in
// strings, and a space between them.
void append_printable_json(std::string& out, std::string_view json);

}  // namespace estream
