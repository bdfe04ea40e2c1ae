#include "group/position_file.h"

#include <algorithm>
#include <utility>

#include "base/crc32c.h"
#include "base/endian.h"

namespace estream::group {

namespace {

constexpr std::uint64_t page = position_slot_stride;
constexpr std::uint64_t first_place = 2 * page;
constexpr std::uint64_t unlimited = std::uint64_t{1} << 60;
// After a sync: the sequence of the slot that was synced, the boot id, and their CRC-32C.
constexpr std::uint64_t mark_at = page / 2;
constexpr std::size_t mark_crc_at = 8 + io::BootId().size();
constexpr std::size_t mark_bytes = mark_crc_at + 4;
constexpr int look_attempts = 100;
constexpr std::int64_t look_pause_ns = 200'000;
constexpr std::int64_t notes_max = 1'000'000'000;  // Between two commits; more is damage.

Error damaged(const io::File& file, const std::string& what) {
  return Error::in_file(
      Error::Code::corrupt, file.name(),
      what +
          "; restore the file from a copy, or remove it and set the position (a group: --seek, "
          "a producer: --after)");
}

Result<std::optional<PositionContent>> read_content(const io::File& file,
                                                    const PositionSlot& slot) {
  const auto state = TRY(read_place(file, slot.state));
  const bool has_all = state && !slot.state.is_none() && TRY(is_intact(file, slot.pending));
  if (!has_all) return std::optional<PositionContent>();
  auto decoded = decode_state(std::as_bytes(std::span(*state)));
  if (!decoded) return std::optional<PositionContent>();
  return std::optional(PositionContent{slot, *std::move(decoded)});
}

std::array<std::byte, mark_bytes> encode_mark(std::int64_t sequence, const io::BootId& boot) {
  std::array<std::byte, mark_bytes> bytes = {};
  store_be(bytes, 0, sequence);
  std::ranges::copy(boot, bytes.begin() + 8);
  store_be(bytes, mark_crc_at, crc32c(Bytes(bytes).first(mark_crc_at)));
  return bytes;
}

// The result of one read of the file.
struct FileSight {
  std::array<PositionSlot, 2> slots;
  PositionContent content;
  std::size_t newest = 0;
  std::optional<std::size_t> synced;  // The slot that is known to be the last synced one.
  std::string notice;
};

// The mark of an earlier boot says nothing: a power loss may have taken the one of a later sync,
// but not what that sync has kept.
std::optional<std::size_t> find_synced(io::System& system, Bytes file, const FileSight& sight) {
  const auto boot = system.boot_id();
  if (!boot || file.size() < mark_at + mark_bytes) return std::nullopt;
  const Bytes mark = file.subspan(mark_at, mark_bytes);
  for (std::size_t i = 0; i < sight.slots.size(); i++) {
    if (std::ranges::equal(mark, encode_mark(sight.slots[i].sequence, *boot))) return i;
  }
  return std::nullopt;
}

Result<FileSight> read_file(const io::File& file) {
  std::array<std::byte, page + position_slot_bytes> bytes = {};
  const std::size_t count = TRY(file.read_at(0, bytes));
  if (count < bytes.size()) return damaged(file, "cannot be read to the end of its slots");
  std::array<SlotSight, 2> seen;
  for (std::size_t i = 0; i < seen.size(); i++) {
    seen[i] = decode_slot(Bytes(bytes).subspan(i * page, position_slot_bytes));
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
  sight.synced = find_synced(file.system(), Bytes(bytes).first(count), sight);
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
  sight.synced.reset();
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
  PositionFile position = TRY(open(directory, name));
  if (is_of(position.content_.state, fresh)) return position;
  return damaged(position.file_,
                 "is the position of another group or partition, or of another producer");
}

Result<PositionFile> PositionFile::open(const io::Directory& directory, const std::string& name) {
  PositionFile position(TRY(directory.open_file(name, io::OpenMode::read_write)));
  FileSight sight = TRY(read_file(position.file_));
  position.slots_ = sight.slots;
  position.content_ = std::move(sight.content);
  position.notice_ = std::move(sight.notice);
  // The next write goes over one slot, and so the other one must be synced.
  if (!sight.synced) TRY(position.file_.sync_data());
  position.synced_slot_ = sight.synced.value_or(sight.newest);
  position.is_dirty_ = position.synced_slot_ != sight.newest;
  // Who made the file may have died before its name was durable.
  if (position.content_.slot.generation == 0) TRY(directory.sync());
  return position;
}

Result<std::optional<PositionContent>> PositionFile::look(const io::Directory& directory,
                                                          const std::string& name) {
  const auto status = TRY(directory.status(name));
  if (!status) return std::optional<PositionContent>();
  for (int attempt = 1;; attempt++) {
    const auto file = directory.open_file(name, io::OpenMode::read);
    // It may have been removed since.
    if (!file && file.error().code == Error::Code::not_found) break;
    if (!file) return file.error();
    auto sight = read_file(*file);
    if (sight) return std::optional(std::move(sight->content));
    if (sight.error().code != Error::Code::corrupt || attempt == look_attempts) {
      return std::move(sight).error();
    }
    directory.system().sleep_ns(look_pause_ns);
  }
  return std::optional<PositionContent>();
}

Result<void> PositionFile::take_over(std::string_view member) {
  content_.slot.generation++;
  content_.state.member = member;
  Place pending = content_.slot.pending;
  if (content_.has_pending()) {
    pending.at = find_room(pending.bytes, {});
    TRY(copy_place(file_, content_.slot.pending, pending.at));
  }
  return write_slot(content_.state, pending);
}

// Where the first room begins that overlaps nothing to which a slot points. Three places are
// enough.
std::uint64_t PositionFile::find_room(std::uint64_t bytes, const Place& taken) const {
  const std::array<Place, 5> used = {slots_[0].state, slots_[0].pending, slots_[1].state,
                                     slots_[1].pending, taken};
  Place place = {first_place, bytes, 0};
  for (;;) {
    const auto* const other = std::ranges::find_if(
        used, [&](const Place& candidate) { return overlap(place, candidate); });
    if (other == used.end()) return place.at;
    place.at = (other->end() + page - 1) / page * page;
  }
}

Result<void> PositionFile::put(const Place& place, std::string_view bytes) {
  return file_.write_at(place.at, std::as_bytes(std::span(bytes)));
}

Result<void> PositionFile::note(const PositionState& state, std::string_view pending) {
  Place place;
  if (!pending.empty()) {
    place = place_for(pending, find_room(pending.size(), {}));
    TRY(put(place, pending));
  }
  return write_slot(state, place);
}

// How many bytes will come is not known, so that they lie behind everything else.
Result<void> PositionFile::add_pending(std::string_view bytes) {
  if (added_.is_none()) added_.at = find_room(unlimited, {});
  TRY(put({added_.end(), bytes.size(), 0}, bytes));
  added_.bytes += bytes.size();
  added_.crc = crc32c_extend(added_.crc, std::as_bytes(std::span(bytes)));
  return {};
}

Result<void> PositionFile::note_added(const PositionState& state) {
  return write_slot(state, std::exchange(added_, {}));
}

Result<void> PositionFile::write_slot(const PositionState& state, const Place& pending) {
  const std::string encoded = encode_state(state);
  PositionSlot slot = slot_of(file_.system(), std::max(slots_[0].sequence, slots_[1].sequence) + 1,
                              content_.slot.generation);
  slot.pending = pending;
  slot.state = place_for(encoded, find_room(encoded.size(), pending));
  TRY(put(slot.state, encoded));
  const std::size_t target = 1 - synced_slot_;
  TRY(file_.write_at(target * page, encode_slot(slot)));
  slots_[target] = slot;
  content_ = {slot, state};
  is_dirty_ = true;
  return {};
}

Result<void> PositionFile::read_pending(std::uint64_t offset, MutableBytes out) const {
  const std::size_t count = TRY(file_.read_at(content_.slot.pending.at + offset, out));
  if (count == out.size()) return {};
  return damaged(file_, "the pending batches are damaged");
}

Result<void> PositionFile::commit() {
  if (!is_dirty_) return {};
  TRY(file_.sync_data());
  synced_slot_ = 1 - synced_slot_;
  is_dirty_ = false;
  // Nothing may rest on this sync before the next owner can know of it.
  const io::BootId boot = file_.system().boot_id().value_or(io::BootId());
  return file_.write_at(mark_at, encode_mark(slots_[synced_slot_].sequence, boot));
}

Result<void> PositionFile::cut() {
  std::uint64_t end = first_place;
  for (const PositionSlot& slot : slots_) {
    end = std::max({end, slot.state.end(), slot.pending.end()});
  }
  const std::uint64_t size = TRY(file_.size_bytes());
  if (size <= end) return {};
  return file_.truncate(end);
}

}  // namespace estream::group
