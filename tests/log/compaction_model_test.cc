// Key compaction against a model of its rules, on random histories.
#include <doctest/doctest.h>

#include <map>
#include <random>

#include "support/compaction.h"
#include "support/seed.h"

using namespace estream;
using namespace estream::log;

namespace {

struct ModelBatch {
  std::vector<OwnedRecord> records;
  std::optional<std::int64_t> horizon_ms;
};

// What a partition holds by Kafka's rules, without any files.
struct Model {
  std::vector<ModelBatch> sealed;
  std::vector<ModelBatch> active;

  void seal() {
    sealed.insert(sealed.end(), active.begin(), active.end());
    active.clear();
  }

  void compact(std::int64_t now_ms, std::int64_t grace_ms) {
    std::map<std::string, std::int64_t> last;
    for (const ModelBatch& batch : sealed) {
      for (const OwnedRecord& record : batch.records) last[*record.key] = record.offset;
    }
    for (ModelBatch& batch : sealed) {
      const bool is_over = batch.horizon_ms && now_ms >= *batch.horizon_ms;
      std::erase_if(batch.records, [&](const OwnedRecord& record) {
        return record.offset < last[*record.key] || (!record.value && is_over);
      });
      const bool has_tombstone = std::ranges::any_of(
          batch.records, [](const OwnedRecord& record) { return !record.value; });
      if (!has_tombstone) batch.horizon_ms.reset();
      if (has_tombstone && !batch.horizon_ms) batch.horizon_ms = now_ms + grace_ms;
    }
  }

  std::vector<OwnedRecord> records() const {
    std::vector<OwnedRecord> all;
    for (const auto* part : {&sealed, &active}) {
      for (const ModelBatch& batch : *part) {
        all.insert(all.end(), batch.records.begin(), batch.records.end());
      }
    }
    return all;
  }
};

class History {
 public:
  explicit History(std::uint64_t seed) : random_(seed), key_count_(1 + random_() % 40) {}

  void run() {
    for (int step = 0; step < 60; step++) {
      now_ms_ += static_cast<std::int64_t>(random_() % 1000);
      const std::uint64_t dice = random_() % 20;
      if (dice == 0) {
        seal(partition_);
        model_.seal();
      } else if (dice <= 2) {
        compact();
      } else {
        append();
      }
      REQUIRE(seen_records(partition_.directory()) == model_.records());
    }
  }

 private:
  void append() {
    std::vector<KeyedEvent> events(1 + random_() % 8);
    for (KeyedEvent& event : events) {
      event.key = "k" + std::to_string(random_() % key_count_);
      if (random_() % 4 != 0) event.value = std::string(random_() % 50, 'v');
    }
    const auto writer = partition_.writer({.sync_level = SyncLevel::batch});
    const Codec codec = random_() % 2 == 0 ? Codec::none : Codec::zstd;
    const Offset base = append_keyed(*writer, events, now_ms_, codec);
    ModelBatch batch;
    for (std::size_t i = 0; i < events.size(); i++) {
      batch.records.push_back(
          {base.value + static_cast<std::int64_t>(i), now_ms_, events[i].key, events[i].value, {}});
    }
    model_.active.push_back(std::move(batch));
  }

  void compact() {
    KeyCompaction options = {.now = {now_ms_}, .keep_tombstones_ms = 1500};
    options.segment_bytes = random_() % 2 == 0 ? 600 : 1 << 30;
    if (random_() % 4 == 0) options.key_map_bytes_max = 0;  // In rounds of a few keys.
    if (random_() % 4 == 0) options.zstd_level = 5;
    compacted(partition_, options);
    model_.compact(now_ms_, options.keep_tombstones_ms);
    CHECK(strays(partition_).empty());
    CHECK(inventory_of(partition_.directory()).leftovers.empty());
  }

  std::mt19937_64 random_;
  std::uint64_t key_count_;
  std::int64_t now_ms_ = 1'700'000'000'000;
  TestPartition partition_;
  Model model_;
};

}  // namespace

TEST_CASE("compaction leaves what the model leaves, on random histories") {
  const std::uint64_t seed = test_seed();
  for (std::uint64_t round = 0; round < 150; round++) {
    CAPTURE(seed);
    CAPTURE(round);
    History(seed + round).run();
  }
}
