#include "group/position_file.h"

#include <algorithm>
#include <utility>

#include "base/crc32c.h"

namespace estream::group {

namespace {

constexpr std::uint64_t page = position_slot_stride;
constexpr std::uint64_t first_place = 2 * page;
constexpr int look_attempts = 100;
constexpr std::int64_t look_pause_ns = 200'000;
constexpr std::int64_t notes_max = 1'000'000'000;  // Between two commits; more is damage.

std::uint64_t end_of(const Place& place) { return place.at + place.bytes; }

bool overlap(const Place& a, const Place& b) {
  return !a.is_none() && !b.is_none() && a.at < end_of(b) && b.at < end_of(a);
}

Place place_for(std::string_view bytes, std::uint64_t at) {
  return {at, bytes.size(), crc32c(std::as_bytes(std::span(bytes)))};
}

// Nothing when the bytes are not those that the slot means.
Result<std::optional<std::string>> read_place(const io::File& file, const Place& place) {
  std::string bytes;
  if (place.is_none()) return std::optional(bytes);
  const std::uint64_t size = TRY(file.size_bytes());
  if (end_of(place) < place.at || end_of(place) > size) return std::optional<std::string>();
  bytes.resize(place.bytes);
  const std::size_t count = TRY(file.read_at(place.at, std::as_writable_bytes(std::span(bytes))));
  const bool is_right =
      count == place.bytes && crc32c(std::as_bytes(std::span(bytes))) == place.crc;
  return is_right ? std::optional(std::move(bytes)) : std::nullopt;
}

Result<std::optional<PositionContent>> read_content(const io::File& file,
                                                    const PositionSlot& slot) {
  auto state = TRY(read_place(file, slot.state));
  auto pending = TRY(read_place(file, slot.pending));
  if (!state || !pending || slot.state.is_none()) return std::optional<PositionContent>();
  auto decoded = decode_state(std::as_bytes(std::span(*state)));
  if (!decoded) return std::optional<PositionContent>();
  return std::optional(PositionContent{slot, *std::move(decoded), *std::move(pending)});
}

Error damaged(const io::File& file, const std::string& what) {
  return Error::in_file(
      Error::Code::corrupt, file.name(),
      what +
          "; restore the file from a copy, or remove it and set the position (a group: --seek, "
          "a producer: --after)");
}

// The result of one read of the file.
struct FileSight {
  std::array<PositionSlot, 2> slots;
  PositionContent content;
  std::size_t newest = 0;
  std::string notice;
};

Result<FileSight> read_file(const io::File& file) {
  std::array<std::byte, page + position_slot_bytes> bytes = {};
  const std::size_t count = TRY(file.read_at(0, bytes));
  std::array<SlotSight, 2> seen;
  for (std::size_t i = 0; i < seen.size(); i++) {
    if (count >= i * page + position_slot_bytes) {
      seen[i] = decode_slot(Bytes(bytes).subspan(i * page, position_slot_bytes));
    }
    if (seen[i].kind == SlotSight::Kind::damaged) return damaged(file, "a slot is damaged");
  }
  FileSight sight;
  sight.slots = {seen[0].slot, seen[1].slot};
  const auto is_valid = [&](std::size_t i) { return seen[i].kind == SlotSight::Kind::valid; };
  if (!is_valid(0) && !is_valid(1)) return damaged(file, "both slots are damaged");
  // A slot that two owners have left unfinished must not look finished: with the number that the
  // last whole content had, its old seal would be right. So the next number is behind that of the
  // unfinished content, too.
  for (std::size_t i = 0; i < seen.size(); i++) {
    if (is_valid(i)) continue;
    const std::int64_t number = raw_sequence(Bytes(bytes).subspan(i * page, position_slot_bytes));
    const std::int64_t valid = seen[1 - i].slot.sequence;
    if (number > valid && number - valid < notes_max) sight.slots[i].sequence = number;
  }
  const bool is_second =
      is_valid(1) && (!is_valid(0) || seen[1].slot.sequence > seen[0].slot.sequence);
  sight.newest = is_second ? 1 : 0;
  if (auto content = TRY(read_content(file, seen[sight.newest].slot))) {
    sight.content = *std::move(content);
    return sight;
  }
  const auto boot = file.system().boot_id();
  const bool is_other_boot = !boot || *boot != seen[sight.newest].slot.boot_id;
  sight.newest = 1 - sight.newest;
  auto older = is_other_boot && is_valid(sight.newest)
                   ? TRY(read_content(file, seen[sight.newest].slot))
                   : std::nullopt;
  if (!older) return damaged(file, "the state is damaged");
  sight.content = *std::move(older);
  sight.notice = file.name() + ": a power loss took the newest position; the one before counts";
  return sight;
}

PositionSlot slot_of(io::System& system, std::int64_t sequence, std::int64_t generation) {
  return {.sequence = sequence,
          .generation = generation,
          .writer_pid = system.process_id(),
          .written = {system.wall_clock_ms()},
          .boot_id = system.boot_id().value_or(io::BootId())};
}

// With the same content in both slots, so that there is a valid one when the first write is torn.
Result<void> create(const io::Directory& directory, const std::string& name,
                    const PositionState& state) {
  const std::string encoded = encode_state(state);
  std::string content(first_place, '\0');
  for (std::size_t i = 0; i < 2; i++) {
    PositionSlot slot = slot_of(directory.system(), static_cast<std::int64_t>(i) + 1, 0);
    slot.state = place_for(encoded, first_place);
    const PositionSlotBytes bytes = encode_slot(slot);
    content.replace(i * page, bytes.size(), as_text(bytes));
  }
  return directory.replace_file(name, content + encoded, ".");
}

// A file that was copied to another name would move another group, partition or producer.
bool is_of(const PositionState& state, const PositionState& fresh) {
  return state.group == fresh.group && state.input.has_value() == fresh.input.has_value() &&
         state.sources.size() == fresh.sources.size() &&
         std::ranges::equal(state.sources, fresh.sources, [](const auto& a, const auto& b) {
           return a.topic == b.topic && a.partition == b.partition;
         });
}

}  // namespace

Result<PositionFile> PositionFile::open(const io::Directory& directory, const std::string& name,
                                        const PositionState& fresh) {
  const auto status = TRY(directory.status(name));
  if (!status) TRY(create(directory, name, fresh));
  PositionFile position(TRY(directory.open_file(name, io::OpenMode::read_write)));
  TRY(position.file_.sync_data());
  FileSight sight = TRY(read_file(position.file_));
  if (!is_of(sight.content.state, fresh)) {
    return damaged(position.file_,
                   "is the position of another group or partition, or of another producer");
  }
  position.slots_ = sight.slots;
  position.content_ = std::move(sight.content);
  position.notice_ = std::move(sight.notice);
  position.synced_slot_ = sight.newest;
  // Who made the file may have died before its name was durable.
  if (position.content_.slot.generation == 0) TRY(directory.sync());
  return position;
}

Result<std::optional<PositionContent>> PositionFile::look(const io::Directory& directory,
                                                          const std::string& name) {
  const auto status = TRY(directory.status(name));
  if (!status) return std::optional<PositionContent>();
  for (int attempt = 1;; attempt++) {
    const io::File file = TRY(directory.open_file(name, io::OpenMode::read));
    auto sight = read_file(file);
    if (sight) return std::optional(std::move(sight->content));
    if (sight.error().code != Error::Code::corrupt || attempt == look_attempts) {
      return std::move(sight).error();
    }
    directory.system().sleep_ns(look_pause_ns);
  }
}

Result<void> PositionFile::take_over(std::string_view member) {
  content_.slot.generation++;
  content_.state.member = member;
  return note(content_.state, content_.pending);
}

// The first room that overlaps nothing to which a slot points. Three places are enough.
Place PositionFile::find_room(std::string_view bytes, const Place& taken) const {
  const std::array<Place, 5> used = {slots_[0].state, slots_[0].pending, slots_[1].state,
                                     slots_[1].pending, taken};
  Place place = place_for(bytes, first_place);
  for (;;) {
    const auto* const other = std::ranges::find_if(
        used, [&](const Place& candidate) { return overlap(place, candidate); });
    if (other == used.end()) return place;
    place.at = (end_of(*other) + page - 1) / page * page;
  }
}

Result<void> PositionFile::put(const Place& place, std::string_view bytes) {
  return file_.write_at(place.at, std::as_bytes(std::span(bytes)));
}

Result<void> PositionFile::note(const PositionState& state, std::string_view pending) {
  const std::string encoded = encode_state(state);
  PositionSlot slot = slot_of(file_.system(), std::max(slots_[0].sequence, slots_[1].sequence) + 1,
                              content_.slot.generation);
  if (!pending.empty()) {
    slot.pending = find_room(pending, {});
    TRY(put(slot.pending, pending));
  }
  slot.state = find_room(encoded, slot.pending);
  TRY(put(slot.state, encoded));
  const std::size_t target = 1 - synced_slot_;
  TRY(file_.write_at(target * page, encode_slot(slot)));
  slots_[target] = slot;
  content_ = {slot, state, std::string(pending)};
  is_dirty_ = true;
  return {};
}

Result<void> PositionFile::commit() {
  if (!is_dirty_) return {};
  TRY(file_.sync_data());
  synced_slot_ = 1 - synced_slot_;
  is_dirty_ = false;
  return {};
}

Result<void> PositionFile::cut() {
  std::uint64_t end = first_place;
  for (const PositionSlot& slot : slots_) {
    end = std::max({end, end_of(slot.state), end_of(slot.pending)});
  }
  const std::uint64_t size = TRY(file_.size_bytes());
  if (size <= end) return {};
  return file_.truncate(end);
}

}  // namespace estream::group
