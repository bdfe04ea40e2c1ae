#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "group/position_state.h"
#include "io/output.h"
#include "io/system.h"
#include "read/reading.h"
#include "tool/consume/consume_options.h"
#include "tool/consume/job.h"
#include "tool/consume/work_batch.h"
#include "tool/group/background_stores.h"
#include "tool/group/group_member.h"
#include "tool/group/group_sinks.h"
#include "tool/group/work_output.h"

namespace estream::tool {

// What the partitions of a run share.
struct WorkContext {
  io::System* system;
  const ConsumeOptions* options;
  GroupSinks* sinks;
  io::Output* output;  // Of kept commands without --into.

  std::int64_t events = 0;        // In batches that were begun.
  std::int64_t dead_letters = 0;  // That are stored.
  bool is_ending = false;         // Nothing more is begun.
  std::vector<BatchBuilder> unused_builders = {};
};

// The work on one partition that this process owns: batch by batch, in order. What happens to a
// batch:
//
//   load: read events -> run: note the claim, start the command -> step: wait for it
//     -> store the output (see group/settlement.h) -> the position moves
//
// Nothing here waits for a command.
class PartitionWork final : public StoredWork {
 public:
  PartitionWork(WorkContext& context, GroupMember::Owned& owned);
  PartitionWork(const PartitionWork&) = delete;  // Its parts point to each other.

  // Before a reading is made: where it begins. The first time, as the new owner, it also brings
  // what was pending into its topics.
  Result<Offset> begin(const read::PartitionSource& source);
  // The reading has begun; this partition is its source of that number.
  void attach(read::Reading& reading, std::size_t source);

  bool is_idle() const { return phase_ == Phase::idle; }
  bool is_running() const { return phase_ == Phase::running && job_->is_running(); }
  // When a run that failed is to be tried again.
  std::optional<std::int64_t> retry_ns() const;
  // When step() is to be called though nothing has happened.
  std::optional<std::int64_t> deadline_ns() const;

  enum class Loaded { batch, nothing, unsure };  // Unsure: call again if there is time.
  // Reads the next batch, of so many events at most. Only when idle. If there is no command,
  // another thread may still be in store().
  Result<Loaded> load(std::int64_t events_max);
  // Moves the position over events that the filters have dropped, after a load without a batch.
  void pass_over();
  // Begins the run of the batch.
  Result<void> run();
  // If there is no command: takes what was loaded, stores it, and is ready for the next batch. Any
  // thread may call the second one.
  void prepare_to_store() override;
  Result<void> store_prepared() override;
  void finish_store(bool is_stored) override;
  void add_poll_entries(std::vector<io::PollEntry>& entries) const;
  // Looks how far the command is; whether it has ended.
  Result<bool> step(std::int64_t now_ns);

  // Makes what is done as durable as the options say. `is_noted`: also what no batch has noted yet.
  Result<void> commit(bool is_noted);
  // Nothing more is done: forgets a batch that is not done, ends a kept command, and commits.
  Result<void> end();

 private:
  enum class Phase { idle, running, pausing };
  using Role = group::Sink::Role;

  const WorkOptions& work() const { return *context_->options->work; }
  group::PositionFile& file() { return owned_->claim.file(); }
  group::SourcePosition& source() { return state_.sources.front(); }
  const read::BatchFeed& feed() const { return reading_->feeds()[source_]; }

  Result<void> take_over(const read::PartitionSource& source);
  bool is_claim_open() const { return open_claim_.has_value(); }
  Result<void> add(const read::ReadPipeline::Head& head);
  void finish_load(Offset end);
  Result<void> start_job();
  std::vector<std::pair<std::string, std::string>> environment() const;
  Result<void> take(JobOutcome outcome, std::int64_t now_ns);
  Result<void> finish_run(const std::string& output);
  std::uint16_t sink_of(Role role, const CopyOptions& topic) const;
  Result<void> store(std::string pending);
  void complete_position();
  Result<void> go_on();
  Result<void> run_part();
  Result<void> fail(const std::string& reason, std::int64_t now_ns);
  Result<void> give_up(const std::string& reason);
  Result<void> bury(const std::string& reason);
  void pause(std::int64_t until_ns);
  void rest();
  void warn_of_silence(std::int64_t now_ns);
  std::string place_of_run() const;

  WorkContext* context_;
  GroupMember::Owned* owned_;
  group::PositionState state_;  // As the position file has it, and what is done since.
  bool is_taken_over_ = false;
  bool is_stored_in_part_ = false;  // After an error: the position file must stay as it is.
  Offset next_;                     // To be read: the end of the batch that is in work.

  read::Reading* reading_ = nullptr;
  std::size_t source_ = 0;
  std::optional<RecordCopier> copier_;
  std::optional<WorkOutput> into_;
  UnfinishedBatches prepared_;  // To be stored.

  Phase phase_ = Phase::idle;
  std::optional<Offset> open_claim_;  // The end of a batch that a dead owner began.
  WorkBatch batch_;                   // Of a command.
  std::unique_ptr<Job> job_;
  std::int64_t retry_ns_ = 0;
  std::optional<std::int64_t> silence_ns_;  // When a kept command has said nothing for long.
  std::int64_t dead_letters_in_row_ = 0;
};

}  // namespace estream::tool
