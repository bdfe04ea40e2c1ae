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

// Checks and parses one JSON value after the other and reuses its memory, so that an event costs no
// allocation once the buffers have grown. One per thread.
//
// Every value of RFC 8259 in UTF-8 is accepted up to a depth of containers, and nothing else is.
// Numbers beyond 64-bit integers count as doubles, beyond doubles as the largest double, and an
// escaped lone surrogate as U+FFFD; all that only concerns what a value means, its bytes are never
// touched.
//
// All views are valid until the next parse, and only while the parsed text itself is there.
class EventParser {
 public:
  explicit EventParser(std::size_t depth_limit = depth_max);
  ~EventParser();
  EventParser(EventParser&&) noexcept;
  EventParser& operator=(EventParser&&) noexcept;

  // Parses `line`, which must hold exactly one value, with space around it at most, and must have
  // `padding_bytes` readable bytes after it. Error::Code::data "not JSON: WHY, byte N" (counted
  // from 1); for a line that is_blank, the message is "blank line".
  Result<void> parse(std::string_view line);

  // The same for text with nothing readable after it, at the price of a copy.
  Result<void> parse_copy(std::string_view text);

  // The rest requires that the last parse succeeded.

  // The record key that stands at `path`: a string without quotes and escapes, a number or boolean
  // as it is written. Nothing for null and for what is not there; Error::Code::data for the rest,
  // and for a string with half a surrogate pair.
  Result<std::optional<std::string_view>> key_at(const Path& path) const;

  // The event time at `path`; see json/event_time.h. Nothing for null and for what is not there;
  // Error::Code::data, which names the field, for the rest.
  Result<std::optional<Timestamp>> time_at(const Path& path) const;

  // The text at `path` byte for byte as it stands in the input, without the space around it.
  // Nothing when there is no such value; the last one when a field name is there twice.
  std::optional<std::string_view> source_at(const Path& path) const;

  // Whether the text means something else than simdjson was given to read: see json/repair.h.
  bool is_repaired() const;

  // What the text means; null at the end of a path that leads nowhere. See json/value.h.
  Value find(const Path& path) const;
  Value root() const;

 private:
  struct State;

  Result<void> reserve(std::size_t size);
  Result<void> parse_refused(std::string_view line);

  std::unique_ptr<State> state_;
};

// Whether `line` is empty or nothing but JSON's space.
bool is_blank(std::string_view line);

}  // namespace estream::json
