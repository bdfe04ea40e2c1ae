#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/types.h"

namespace estream::log {

// Every file name in a partition's directory is made and parsed here; doc/format.md lists them.

enum class SegmentFile { log, index, time_index };

inline constexpr const char* lock_file_name = "lock";
inline constexpr const char* commit_file_name = "commit";
inline constexpr const char* epochs_file_name = "leader-epoch-checkpoint";
inline constexpr std::size_t epochs_file_bytes_max = 16 << 20;  // Longer ones are refused.
inline constexpr const char* quarantine_name = "quarantine";

// Added to the name of a file: the new file will replace the file with that name.
inline constexpr const char* cleaned_suffix = ".cleaned";

// The bytes of the lock file that are locked. The maintenance lock is taken before the append lock.
inline constexpr std::uint64_t append_lock_byte = 0;
inline constexpr std::uint64_t maintenance_lock_byte = 1;

// "00000000000000000042.log": the base offset in 20 digits, as Kafka names it.
std::string segment_file_name(Offset base, SegmentFile file);

// The base offset in the name of a `.log` file; nothing for any other name.
std::optional<Offset> parse_log_name(std::string_view name);

// The base offset in the name of any of a segment's files.
std::optional<Offset> parse_segment_file_name(std::string_view name, SegmentFile file);

// A whole number without sign, blanks or leading zeros, up to `max`: partition numbers.
std::optional<std::int64_t> parse_canonical_number(std::string_view text, std::int64_t max);

}  // namespace estream::log
