#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "base/types.h"
#include "json/path.h"
#include "json/syntax_check.h"

namespace estream::json {

struct Value;

// How many bytes must be readable after a text that is parsed in place. Their content is ignored.
inline constexpr std::size_t padding_bytes = 64;

// Checks and parses one JSON value after the other, and reuses its memory. Once its buffers have
// grown, an event needs no allocation. Each thread has its own.
//
// It accepts every value of RFC 8259 in UTF-8, up to a limit of nesting, and nothing else. A number
// beyond 64-bit integers counts as a double, a number beyond doubles as the largest double, and an
// escaped lone surrogate as U+FFFD. This is only about the meaning of a value; its bytes are never
// changed.
//
// All views are valid until the next parse, and only as long as the parsed text is.
class EventParser {
 public:
  explicit EventParser(std::size_t depth_limit = depth_max);
  ~EventParser();
  EventParser(EventParser&&) noexcept;
  EventParser& operator=(EventParser&&) noexcept;

  // Parses `line`. It must hold exactly one value, which may have white space around it, and must
  // have `padding_bytes` readable bytes after it. Error::Code::data "not JSON: WHY, byte N"
  // (counted from 1); for a line that is_blank, the message is "blank line".
  Result<void> parse(std::string_view line);

  // The same for a text without readable bytes after it. It makes a copy.
  Result<void> parse_copy(std::string_view text);

  // All functions below require that the last parse succeeded.

  // The record key at `path`: a string without quotes and escapes, a number or boolean as it is
  // written. Nothing for null and for a missing field. Error::Code::data for all others, and for a
  // string with half a surrogate pair.
  Result<std::optional<std::string_view>> key_at(const Path& path) const;

  // The event time at `path`; see json/event_time.h. Nothing for null and for a missing field.
  // Error::Code::data, which names the field, for all others.
  Result<std::optional<Timestamp>> time_at(const Path& path) const;

  // The text at `path` as it is in the input, byte for byte, without the white space around it.
  // Nothing when there is no such value. If a field name is repeated, the last one counts.
  std::optional<std::string_view> source_at(const Path& path) const;

  // Whether simdjson got a text with another meaning than the input has: see json/repair.h.
  bool is_repaired() const;

  // The value at `path`; null when there is none. See json/value.h.
  Value find(const Path& path) const;
  // The same. Sets `source` as source_at() has it, if that is wanted or if the value is a number
  // that is not an integer: its double has forgotten how it was written. Otherwise to nothing.
  Value find(const Path& path, bool wants_source, std::optional<std::string_view>& source) const;
  Value root() const;

 private:
  struct State;

  Result<void> reserve(std::size_t size);
  Result<void> parse_refused(std::string_view line);

  std::unique_ptr<State> state_;
};

// Whether `line` is empty or has only JSON's white space.
bool is_blank(std::string_view line);

}  // namespace estream::json
