#include "tool/replay/latest_by_key.h"

#include <algorithm>
#include <bit>
#include <string>
#include <utility>

namespace estream::tool {

namespace {

constexpr std::size_t slots_first = 1024;
constexpr std::size_t slots_min = 8;

constexpr LatestRecord free_slot = {.key = {}, .first_seen = -1};

// While it grows, the table is there once and a half.
std::size_t slots_max_of(std::size_t memory_bytes) {
  return std::bit_floor(std::max(slots_min, memory_bytes / 3 * 2 / sizeof(LatestRecord)));
}

// A secret for each topic, made of a common one, has the effect of a hash of topic and key.
std::vector<HashSecret> secrets_of(io::System& system, const read::StagePlan& plan) {
  const HashSecret common = {system.random(), system.random()};
  std::vector<HashSecret> secrets;
  for (const read::StageSource& source : plan.sources) {
    const Hash128 hash = sip_hash(source.topic, common);
    secrets.push_back({hash.low, hash.high});
  }
  return secrets;
}

}  // namespace

LatestByKey::LatestByKey(io::System& system, const read::StagePlan& plan,
                         const LatestOptions& options, const SpillOptions& spill)
    : plan_(&plan),
      options_(options),
      secrets_(secrets_of(system, plan)),
      slots_max_(slots_max_of(spill.memory_bytes)),
      slots_(std::min(slots_first, slots_max_), free_slot),
      runs_(system, spill) {}

// A record whose key is not simply there. False when nothing more is wanted.
bool LatestByKey::put_unusual(std::size_t source, const RecordView& record) {
  auto key = key_of(record);
  if (key && *key) {
    note(source, record, **key);
    return !failure_;
  }
  if (options_.keyless == Keyless::left_out) {
    taken_++;
    return true;
  }
  const std::string advice = options_.key_path ? "has no key at " + options_.key_path->text
                                               : "has no key; give -K PATH to take it from the "
                                                 "value, as in -K .user";
  failure_ = placed(source, record.offset, key ? advice : key.error().message);
  return false;
}

Result<std::optional<std::string_view>> LatestByKey::key_of(const RecordView& record) {
  if (!options_.key_path || !record.value) return record.key;
  TRY(parser_.parse_copy(*record.value));
  return parser_.key_at(*options_.key_path);
}

Error LatestByKey::placed(std::size_t source, Offset offset, const std::string& what) const {
  const read::StageSource& from = plan_->sources[source];
  return {Error::Code::data, from.topic + "/" + std::to_string(from.partition) + "@" +
                                 std::to_string(offset.value) + ": " + what};
}

void LatestByKey::put_waiting() {
  const std::size_t count = std::exchange(waiting_count_, 0);
  for (std::size_t i = 0; i < count && !failure_; i++) {
    if (auto outcome = put_latest(waiting_[i]); !outcome) failure_ = std::move(outcome).error();
  }
}

// Where the key is, or where it would go.
std::size_t LatestByKey::place_of(const Hash128& key) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t place = key.low & mask;
  while (slots_[place].first_seen >= 0 && slots_[place].key != key) place = (place + 1) & mask;
  return place;
}

Result<void> LatestByKey::put_latest(const LatestRecord& latest) {
  LatestRecord* slot = &slots_[place_of(latest.key)];
  if (slot->first_seen >= 0) {
    ByKey::combine(*slot, latest);
    return {};
  }
  // Four fifths are the most that may be taken: beyond it, the runs of taken slots grow long.
  if (used_ >= slots_.size() / 5 * 4) {
    TRY(make_room());
    slot = &slots_[place_of(latest.key)];
  }
  *slot = latest;
  used_++;
  return {};
}

Result<void> LatestByKey::make_room() {
  if (slots_.size() >= slots_max_) return spill();
  std::vector<LatestRecord> old(slots_.size() * 2, free_slot);
  std::swap(old, slots_);
  for (const LatestRecord& slot : old) {
    if (slot.first_seen >= 0) slots_[place_of(slot.key)] = slot;
  }
  return {};
}

Result<void> LatestByKey::spill() {
  const std::size_t count = gather();
  TRY(runs_.add_run(std::span(slots_).first(count)));
  std::ranges::fill(slots_, free_slot);
  used_ = 0;
  return {};
}

// Moves what there is to the front, where it is no table any more; answers how much it is.
std::size_t LatestByKey::gather() {
  const auto end = std::remove_if(slots_.begin(), slots_.end(),
                                  [](const LatestRecord& slot) { return slot.first_seen < 0; });
  return static_cast<std::size_t>(end - slots_.begin());
}

Result<void> LatestByKey::finish() {
  put_waiting();
  if (failure_) return *failure_;
  if (!runs_.has_spilled()) {
    slots_.resize(gather());
    return {};
  }
  TRY(spill());
  std::vector<LatestRecord>().swap(slots_);
  return runs_.finish();
}

Result<const LatestRecord*> LatestByKey::next() {
  if (runs_.has_spilled()) return runs_.next();
  const LatestRecord* const nothing = nullptr;
  return returned_ < slots_.size() ? &slots_[returned_++] : nothing;
}

}  // namespace estream::tool
