#include "window/distinct_counter.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "window/canonical_json.h"
#include "window/state_bytes.h"

namespace estream::window {

namespace {

constexpr std::size_t exact_distinct_max = 4096;
// Always the same, because checkpoints hold hashes.
constexpr HashSecret distinct_secret = {0x65c1a0f7d31b9e24, 0x0b94d7f2a86e513c};

bool is_hash_before(const Hash128& a, const Hash128& b) {
  return std::tie(a.high, a.low) < std::tie(b.high, b.low);
}

Hash128 hash_of(const Argument& value) {
  Hash128 hash;
  if (value.kind == Argument::Kind::number) {
    const auto identity = value.number.identity();
    hash = sip_hash({identity.data(), identity.size()}, distinct_secret);
  } else if (is_canonical_json(value.json)) {
    hash = sip_hash(value.json, distinct_secret);
  } else {
    hash = sip_hash(canonical_json(value.json), distinct_secret);
  }
  if (hash == Hash128{}) hash.low = 1;  // Zero is an empty slot.
  return hash;
}

}  // namespace

void DistinctCounter::add(const Argument& value) { add_hash(hash_of(value)); }

Hash128& DistinctCounter::slot_of(const Hash128& hash) {
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = hash.high & mask;
  while (slots_[at] != Hash128{} && slots_[at] != hash) at = (at + 1) & mask;
  return slots_[at];
}

void DistinctCounter::add_hash(const Hash128& hash) {
  if (sketch_) return sketch_->add(hash);
  if (used_ * 4 >= slots_.size() * 3) grow();
  Hash128& slot = slot_of(hash);
  if (slot == hash) return;
  slot = hash;
  used_++;
  if (used_ <= exact_distinct_max) return;
  sketch_ = std::make_unique<HyperLogLog>();
  for (const Hash128& known : slots_) {
    if (known != Hash128{}) sketch_->add(known);
  }
  slots_ = {};
  used_ = 0;
}

void DistinctCounter::grow() {
  const std::vector<Hash128> old = std::exchange(slots_, {});
  slots_.resize(std::max<std::size_t>(old.size() * 2, 4));
  for (const Hash128& hash : old) {
    if (hash != Hash128{}) slot_of(hash) = hash;
  }
}

void DistinctCounter::add_all(const DistinctCounter& other) {
  if (other.sketch_) {
    auto all = std::make_unique<HyperLogLog>(*other.sketch_);
    if (sketch_) all->add_all(*sketch_);
    for (const Hash128& hash : slots_) {
      if (hash != Hash128{}) all->add(hash);
    }
    sketch_ = std::move(all);
    slots_ = {};
    used_ = 0;
  }
  for (const Hash128& hash : other.slots_) {
    if (hash != Hash128{}) add_hash(hash);
  }
}

void DistinctCounter::append(std::string& out) const {
  out.append(std::to_string(sketch_ ? sketch_->estimate() : static_cast<std::int64_t>(used_)));
}

void DistinctCounter::save(std::string& out) const {
  save_number(out, sketch_ ? -1 : static_cast<std::int64_t>(used_));
  if (sketch_) return sketch_->save(out);
  std::vector<Hash128> hashes;
  std::ranges::copy_if(slots_, std::back_inserter(hashes),
                       [](const Hash128& hash) { return hash != Hash128{}; });
  std::ranges::sort(hashes, is_hash_before);
  for (const Hash128& hash : hashes) {
    save_word(out, hash.high);
    save_word(out, hash.low);
  }
}

bool DistinctCounter::load(VarintCursor& in) {
  const std::int64_t count = in.varlong();
  if (count == -1) {
    sketch_ = std::make_unique<HyperLogLog>();
    return sketch_->load(in);
  }
  if (!in.ok() || count < 0 || count > static_cast<std::int64_t>(exact_distinct_max)) return false;
  for (std::int64_t i = 0; i < count; i++) {
    const std::uint64_t high = load_word(in);
    const Hash128 hash{.low = load_word(in), .high = high};
    if (!in.ok() || hash == Hash128{}) return false;
    add_hash(hash);
  }
  return true;
}

}  // namespace estream::window
