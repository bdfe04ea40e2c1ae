// Two slots of a commit file: what is taken is what was written, and the newer of the two.
#include <algorithm>
#include <cstring>

#include "base/crc32c.h"
#include "fuzz/fuzz.h"
#include "fuzz/partition.h"
#include "log/commit_slot.h"

using namespace estream;
using namespace estream::fuzz;
using log::commit_slot_bytes;

namespace {

Mark accepted("commit_slot", "a slot is accepted");
Mark refused("commit_slot", "a slot with a good checksum is refused");
Mark both("commit_slot", "both slots are accepted");

// An input is one or two slots; `front` says whose checksum is made right.
std::string slot_of(std::string_view bytes, bool is_repaired) {
  std::string slot(bytes);
  slot.resize(commit_slot_bytes);
  const MutableBytes content = std::as_writable_bytes(std::span(slot));
  if (is_repaired) store_be(content, 124, crc32c(content.first(124)));
  return slot;
}

std::optional<log::CommitState> check_slot(const std::string& slot, bool is_repaired) {
  const auto state = log::decode_commit(as_bytes(slot));
  if (!state) {
    if (is_repaired) refused.reach();
    return std::nullopt;
  }
  accepted.reach();
  PROPERTY(state->synced.bytes <= state->written.bytes);
  PROPERTY(state->published.bytes <= state->written.bytes);
  PROPERTY(state->synced.offset <= state->written.offset);
  PROPERTY(state->published.offset <= state->written.offset);
  // What is reserved, and flags that are not known, is written as zero.
  std::string expected = slot;
  for (const std::size_t reserved : {4U, 100U}) expected.replace(reserved, 4, 4, '\0');
  expected.replace(92, 3, 3, '\0');
  expected[95] = static_cast<char>(expected[95] & 15);
  const log::CommitSlot again = log::encode_commit(*state);
  PROPERTY(as_text(again).substr(0, 120) == expected.substr(0, 120));
  return state;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Recipe recipe(data, size);
  const std::uint8_t how = recipe.byte();
  const std::string first = slot_of(recipe.text(commit_slot_bytes), (how & 1) != 0);
  const std::string second = slot_of(recipe.text(commit_slot_bytes), (how & 2) != 0);
  auto a = check_slot(first, (how & 1) != 0);
  auto b = check_slot(second, (how & 2) != 0);
  // Even ones belong in front, odd ones behind.
  if (a && a->sequence % 2 != 0) a.reset();
  if (b && b->sequence % 2 == 0) b.reset();

  MemoryPartition partition;
  std::string content = first;
  content.resize(log::commit_slot_stride);
  content += second;
  if ((how & 4) != 0) content.resize(recipe.number<std::uint16_t>() % (content.size() + 1));
  partition.put("commit", content);
  auto file = partition.directory().open_file("commit", io::OpenMode::read_write);
  PROPERTY(file.has_value());
  const bool is_whole = (how & 4) == 0;
  auto state = log::read_commit(*file);
  if (is_whole) PROPERTY(state.has_value() == (a || b));
  if (!state) {
    PROPERTY(state.error().code == Error::Code::corrupt);
    return 0;
  }
  if (is_whole && a && b) {
    both.reach();
    PROPERTY(state->sequence == std::max(a->sequence, b->sequence));
  }
  // No count gets there, and the number behind it is refused.
  if (state->sequence == INT64_MAX - 1) return 0;
  log::CommitState next = *state;
  PROPERTY(log::write_commit(*file, next).has_value());
  const auto read_again = log::read_commit(*file);
  PROPERTY(read_again && read_again->sequence == state->sequence + 1);
  PROPERTY(read_again->written == state->written && read_again->epoch == state->epoch);
  return 0;
}
