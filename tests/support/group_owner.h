#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "group/pending_batches.h"
#include "group/position_claim.h"
#include "group/settlement.h"
#include "io/directory.h"
#include "log/partition_writer.h"

// A process that owns a partition of a group, without commands and readers: what it does to the
// position file and to the topics is what estream-consume -g --into does.

namespace estream::group {

struct OutputBatch {
  std::uint16_t sink = 0;
  std::int32_t partition = 0;
  std::vector<std::byte> bytes;
};

struct OwnerWork {
  // Of a position file that does not exist yet: of one source, and with the sinks.
  PositionState fresh;
  std::int64_t events = 0;  // The owner ends when so many are done.
  std::int64_t events_of_claim = 1;
  log::WriterOptions writing = {};
  // What becomes of a claim, in the order in which it is stored.
  std::function<std::vector<OutputBatch>(const SourcePosition&)> make_output;
  // It is stored and cannot be lost any more; the base offset of each batch.
  std::function<void(const std::vector<Offset>&)> note_stored = [](const auto&) {};
  // Where a partition of a sink is.
  std::function<std::string(const Sink&, std::int32_t)> directory_of = [](const Sink& sink,
                                                                          std::int32_t partition) {
    return sink.topic + "-" + std::to_string(partition);
  };
};

class GroupOwner {
 public:
  static constexpr const char* position_name = "orders-0";
  static constexpr const char* directory_name = "g";

  GroupOwner(io::System& system, OwnerWork work) : system_(&system), work_(std::move(work)) {}

  // As a process that has worked on another partition before.
  Result<void> open_sinks() {
    for (const Sink& sink : work_.fresh.sinks) {
      for (std::size_t i = 0; i < sink.partitions.size(); i++) {
        TRY(writer_of()(sink, static_cast<std::int32_t>(i)));
      }
    }
    return {};
  }

  // From the takeover to the end of the work. Waits until the partition is free.
  Result<void> live() {
    const io::Directory directory = TRY(io::Directory::open(*system_, directory_name));
    PositionState fresh = work_.fresh;
    fresh.sinks.clear();
    for (;;) {
      auto claim = TRY(PositionClaim::take(directory, position_name, fresh));
      if (claim) claim_.emplace(*std::move(claim));
      if (claim_) break;
      system_->sleep_ns(retry_pause_ns);
    }
    state_ = file().content().state;
    if (state_.sinks.empty()) TRY(bind());
    TRY(settle(file(), state_, writer_of(), options_));
    while (state_.sources[0].position.value < work_.events) TRY(work());
    TRY(file().note(state_));
    TRY(file().commit());
    return file().cut();
  }

  const PositionState& state() const { return state_; }

 private:
  static constexpr std::int64_t retry_pause_ns = 1'000'000;

  PositionFile& file() { return claim_->file(); }

  WriterOf writer_of() {
    return [this](const Sink& sink, std::int32_t partition) -> Result<log::PartitionWriter*> {
      const std::string name = work_.directory_of(sink, partition);
      auto& writer = writers_[name];
      if (writer == nullptr) {
        const io::Directory directory = TRY(io::Directory::open(*system_, name));
        writer = TRY(log::PartitionWriter::open(directory, work_.writing));
      }
      return writer.get();
    };
  }

  // Nothing of the group is there yet.
  Result<void> bind() {
    state_.sinks = work_.fresh.sinks;
    for (Sink& sink : state_.sinks) {
      for (std::size_t i = 0; i < sink.partitions.size(); i++) {
        log::PartitionWriter& writer = *TRY(writer_of()(sink, static_cast<std::int32_t>(i)));
        sink.partitions[i].looked = TRY(writer.synced_offset());
      }
    }
    return {};
  }

  Result<void> work() {
    SourcePosition& source = state_.sources[0];
    // A claim of a dead owner keeps its end.
    if (source.claimed == source.position) {
      source.claimed = source.position + work_.events_of_claim;
    }
    state_.attempts++;
    TRY(file().note(state_));
    std::string pending;
    for (const OutputBatch& batch : work_.make_output(source)) {
      add_pending(pending, batch.sink, batch.partition, batch.bytes);
    }
    work_.note_stored(TRY(store_output(file(), state_, std::move(pending), writer_of(), options_)));
    return {};
  }

  io::System* system_;
  OwnerWork work_;
  const SettleOptions options_ = {.owner = "group 'enrich'"};
  std::optional<PositionClaim> claim_;
  PositionState state_;
  std::map<std::string, std::unique_ptr<log::PartitionWriter>> writers_;
};

}  // namespace estream::group
