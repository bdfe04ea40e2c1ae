#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "group/position_state.h"
#include "read/reading.h"
#include "tool/group/background_stores.h"
#include "tool/group/group_member.h"
#include "tool/window/idle_clocks.h"
#include "tool/window/result_filter.h"
#include "tool/window/result_gate.h"
#include "tool/window/window_memory.h"
#include "tool/window/window_output.h"
#include "window/row_codec.h"
#include "window/task.h"

namespace estream::tool {

// One task of a group that this process owns: the windows of one partition, or of all together. It
// reads batch by batch. What a batch closes is stored together with the new position; a batch that
// closes nothing only moves the position.
//
// A restart begins with the last checkpoint, or where the oldest open window does, and reads
// silently up to the position: what comes out till then is out already.
class WindowWork final : public StoredWork {
 public:
  WindowWork(WindowContext& context, GroupMember::Owned& owned);
  WindowWork(const WindowWork&) = delete;  // Its parts point to each other.

  // Before a reading is made: where it begins in a partition. The first time, as the new owner, it
  // also brings what was pending into its topics.
  Result<Offset> begin(const read::PartitionSource& source);
  // The reading has begun; the partitions are its sources from that number on.
  void attach(read::Reading& reading, std::size_t first_source);
  std::size_t first_source() const { return first_source_; }

  enum class Loaded { events, nothing, unsure };  // Unsure: call again if there is time.
  // Gives the task the next events. If results are for topics, another thread may still be storing
  // those of the batch before.
  Result<Loaded> load();
  // The clocks of partitions go on that have been silent until now; whether that was of any effect.
  Result<bool> advance_idle(std::int64_t now_ns);
  // When advance_idle() may be of effect, if nothing comes.
  std::optional<std::int64_t> idle_deadline_ns(std::int64_t now_ns) const;
  // Closes all windows that are open. Nothing may be loaded after that.
  Result<void> close();

  // What was loaded is kept in one of two ways: if there is output for topics, by a store, else by
  // a move of the position.
  bool has_output() const { return !output_.is_empty(); }
  void prepare_to_store() override;
  Result<void> store_prepared() override;
  void finish_store(bool is_stored) override;
  void pass_over();

  // There must be no output, and nothing may be being stored.
  bool is_checkpoint_due() const;
  Result<void> write_checkpoint();

  // Makes what is kept as durable as the options say. `is_noted`: also what is not noted yet.
  Result<void> commit(bool is_noted);
  // Nothing more is loaded: makes a takeover cheap, and commits.
  Result<void> end();

  // Of the events that were not read before; `open` is as it is now.
  window::TaskCounts counts() const;

 private:
  // What retention has deleted that belongs to open windows.
  enum class Gap {
    none,
    known,    // Events that the group had read, before others that are read again.
    unknown,  // The clock behind them is not known before the next event comes.
  };

  // A partition of the task.
  struct Part {
    Offset next;  // Everything before it was given to the task.
    // What comes before it is read again, with results that are out already.
    Offset silent_until;
    std::size_t mark = 0;  // The next of the marks that come in a silent reading.
    Gap gap = Gap::none;
    bool has_begun = false;
    bool is_silent = false;
    bool is_at_end = false;   // As far as was looked.
    bool is_done = false;     // In this load.
    bool has_events = false;  // In this load.
  };

  struct Load {
    std::size_t events = 0;
    std::size_t bytes = 0;
    bool is_unsure = false;
  };

  group::PositionFile& file() { return owned_->claim.file(); }
  Result<void> take_over(const read::PartitionSource& source);
  Result<void> begin_part(const read::PartitionSource& source, std::uint32_t number);
  Result<void> check_start(const read::PartitionSource& source, Part& part);

  Part* next_part();
  bool is_full(const Load& load) const;
  bool lacks_checkpoint() const;
  Result<void> load_from(Part& part, Load& load);
  void note_loaded();
  Result<void> put(std::uint32_t number, const read::BatchWork& work,
                   const read::OutputPiece& piece);
  void reject(const Part& part, Offset offset, std::string_view why);
  Result<void> apply_marks(Part& part, Offset until);
  Result<void> end_silence(Part& part);
  void go_live();
  bool is_silent() const { return !gate_.is_open(); }
  std::uint32_t number_of(const Part& part) const {
    return static_cast<std::uint32_t>(&part - parts_.data());
  }

  void claim_loaded();
  void move_positions();
  void complete_positions();
  std::vector<Offset> next_offsets() const;

  WindowContext* context_;
  GroupMember::Owned* owned_;
  window::Settings settings_;
  WindowOutput output_;
  ResultFilter filter_;
  ResultGate gate_;
  WindowMemory memory_;
  std::unique_ptr<window::Task> task_;
  window::RowDecoder decoder_;

  group::PositionState state_;  // As the position file has it, and what is kept since.
  std::vector<Part> parts_;     // In the order of the sources of the file.
  bool is_taken_over_ = false;
  bool is_stored_in_part_ = false;  // After an error: the position file must stay as it is.
  bool has_unkept_ = false;         // Something was loaded that is not kept yet.
  bool is_closed_ = false;

  read::Reading* reading_ = nullptr;
  std::size_t first_source_ = 0;
  std::optional<IdleClocks> idle_;       // Once it is not silent any more.
  window::TaskCounts repeated_;          // Counts of what was read silently.
  bool has_changed_ = false;             // Since the last checkpoint.
  std::int64_t checkpoint_ns_ = 0;       // When the last one was written,
  std::int64_t checkpoint_took_ns_ = 0;  // and how long that took.
};

}  // namespace estream::tool
