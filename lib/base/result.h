#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "base/assert.h"

namespace estream {

// A problem of the input, the disk, the system or the user. `code` decides the exit status, and
// callers branch on it. `message` is one line for a person, and begins with the object it is about
// ("orders/0/00000000000000000000.log at byte 8192: ..."). No code parses it; the fields after it
// have its place.
struct Error {
  enum class Code {
    usage,      // The request is wrong: a bad option, a bad topic name.            exit 2
    not_found,  // The topic, partition or file does not exist.                     exit 2
    exists,     // The thing to be made exists already; callers mostly recover.     exit 2
    io,         // A system call failed: open, write, fsync, no space.              exit 2
    data,       // Input that cannot be stored as asked: not JSON, too long.        exit 2
    corrupt,    // Stored bytes break the format, or contradict one another.        exit 3
    busy,       // Another process holds the lock; running again may work.          exit 75
    timed_out,  // The time that the user allowed is over.                          exit 124
  };

  Code code;
  std::string message;
  // The place in `message`, for an error about one file that in_file() made.
  std::string file = {};
  std::optional<std::uint64_t> position = {};  // A byte of the file.

  // "FILE at byte POSITION: WHAT", or "FILE: WHAT".
  static Error in_file(Code code, std::string file, const std::string& what,
                       std::optional<std::uint64_t> position = std::nullopt) {
    std::string message = place_in(file, position) + what;
    return {code, std::move(message), std::move(file), position};
  }
  // The message without the place: what is wrong, and what to do.
  std::string what() const {
    return file.empty() ? message : message.substr(place_in(file, position).size());
  }

 private:
  static std::string place_in(const std::string& file, std::optional<std::uint64_t> position) {
    return file + (position ? " at byte " + std::to_string(*position) : "") + ": ";
  }
};

// Either a T or an Error. The member names are those of std::expected, which the toolchain of
// Debian 12 does not have in C++20.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool has_value() const { return state_.index() == 0; }
  explicit operator bool() const { return has_value(); }

  T& operator*() & { return checked(); }
  const T& operator*() const& { return const_cast<Result*>(this)->checked(); }
  T&& operator*() && { return std::move(checked()); }
  T* operator->() { return &checked(); }
  const T* operator->() const { return &**this; }

  const Error& error() const& {
    ASSERT(!has_value());
    return *std::get_if<1>(&state_);
  }
  Error&& error() && {
    ASSERT(!has_value());
    return std::move(*std::get_if<1>(&state_));
  }

 private:
  T& checked() {
    ASSERT(has_value());
    return *std::get_if<0>(&state_);
  }

  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  // Not defaulted: `return {}` would then zero the room of an error, for each event.
  Result() {}  // NOLINT(modernize-use-equals-default)
  Result(Error error) : error_(std::move(error)) {}

  bool has_value() const { return !error_; }
  explicit operator bool() const { return has_value(); }
  void operator*() const { ASSERT(has_value()); }

  const Error& error() const& {
    ASSERT(error_.has_value());
    return *error_;
  }
  Error&& error() && {
    ASSERT(error_.has_value());
    return *std::move(error_);
  }

 private:
  std::optional<Error> error_;
};

// The value inside a Result. If it is an error, the enclosing function returns that error:
//
//   const BatchHeader header = TRY(parse_batch_header(bytes));
//
// This is a GNU statement expression, which GCC and Clang have. Do not nest one in another.
#define TRY(expression)                                      \
  __extension__({                                            \
    auto try_outcome = (expression);                         \
    if (!try_outcome) return std::move(try_outcome).error(); \
    *std::move(try_outcome);                                 \
  })

}  // namespace estream
