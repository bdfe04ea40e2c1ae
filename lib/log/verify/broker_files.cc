#include "log/verify/broker_files.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/crc32c.h"
#include "base/endian.h"

namespace estream::log {

namespace {

constexpr std::size_t file_bytes_max = 256 << 20;

struct Problem {
  std::uint64_t position;
  std::string what;
};

//   at  size  field
//    0     2  version, 1
//    2     4  CRC-32C of everything from 6 on
//    6     4  number of producers, 46 bytes each
std::optional<Problem> find_in_snapshot(Bytes bytes) {
  constexpr std::size_t entry_bytes = 46;
  constexpr std::size_t begin = 10;
  if (bytes.size() < begin) return Problem{bytes.size(), "the file ends inside its header"};
  const auto version = load_be<std::int16_t>(bytes, 0);
  if (version != 1) return Problem{0, "version " + std::to_string(version) + " is not 1"};
  if (load_be<std::uint32_t>(bytes, 2) != crc32c(bytes.subspan(6))) {
    return Problem{2, "the checksum is not that of the producers' state"};
  }
  const auto count = load_be<std::int32_t>(bytes, 6);
  if (count < 0 || bytes.size() != begin + entry_bytes * static_cast<std::size_t>(count)) {
    return Problem{6, "the file does not end behind its " + std::to_string(count) + " entries"};
  }
  return std::nullopt;
}

//   at  size  field of an entry
//    0     2  version, 0
//    2     8  producer id
//   10     8  first offset
//   18     8  last offset
//   26     8  last stable offset
std::optional<Problem> find_in_aborted_index(Bytes bytes) {
  constexpr std::size_t entry_bytes = 34;
  std::int64_t previous = -1;
  for (std::size_t at = 0; at < bytes.size(); at += entry_bytes) {
    if (bytes.size() - at < entry_bytes) return Problem{at, "the file ends inside an entry"};
    const auto version = load_be<std::int16_t>(bytes, at);
    const auto producer = load_be<std::int64_t>(bytes, at + 2);
    const auto first = load_be<std::int64_t>(bytes, at + 10);
    const auto last = load_be<std::int64_t>(bytes, at + 18);
    const auto stable = load_be<std::int64_t>(bytes, at + 26);
    const bool is_sane =
        version == 0 && producer >= 0 && first >= 0 && last >= first && stable >= 0;
    if (!is_sane || last <= previous)
      return Problem{at, "no aborted transaction can be this entry"};
    previous = last;
  }
  return std::nullopt;
}

// "version: 0", a line end, "topic_id: " and 22 characters of base64.
std::optional<Problem> find_in_metadata(std::string_view text) {
  constexpr std::string_view begin = "version: 0\ntopic_id: ";
  constexpr std::size_t id_bytes = 22;
  const auto [found, wanted] = std::ranges::mismatch(text, begin);
  if (wanted != begin.end()) {
    return Problem{static_cast<std::uint64_t>(found - text.begin()),
                   "is not written as a broker writes it"};
  }
  const std::string_view id = text.substr(begin.size(), id_bytes);
  const auto is_base64 = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' ||
           c == '_';
  };
  const auto other = std::ranges::find_if_not(id, is_base64);
  if (other != id.end() || id.size() < id_bytes) {
    return Problem{static_cast<std::uint64_t>(other - text.begin()), "the topic's id is damaged"};
  }
  const std::string_view rest = text.substr(begin.size() + id_bytes);
  if (rest.empty() || rest == "\n") return std::nullopt;
  return Problem{begin.size() + id_bytes, "more than a topic's id"};
}

}  // namespace

void prove_broker_file(const io::Directory& directory, const std::string& name,
                       Findings& findings) {
  const std::string path = directory.path_of(name);
  const auto text = directory.read_file(name, file_bytes_max);
  if (!text) {
    if (text.error().code == Error::Code::not_found) return;  // Removed meanwhile.
    return findings.add(Remedy::remove_broker_file, path, text.error());
  }
  std::optional<Problem> problem;
  if (name == partition_metadata_name) {
    problem = find_in_metadata(*text);
  } else if (name.ends_with(producer_snapshot_suffix)) {
    problem = find_in_snapshot(as_bytes(*text));
  } else {
    problem = find_in_aborted_index(as_bytes(*text));
  }
  if (problem) {
    findings.fault(Remedy::remove_broker_file, path, problem->position, problem->what);
  }
}

}  // namespace estream::log
