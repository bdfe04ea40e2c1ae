#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/types.h"
#include "io/directory.h"
#include "log/batch_reader.h"
#include "log/commit_slot.h"
#include "log/leader_epochs.h"
#include "log/segment.h"
#include "record/batch_header.h"

namespace estream::log {

// The program that wrote a partition's directory. It decides what counts as damage.
enum class Layout {
  estream,  // Batches tile the offsets, epochs are known, the commit file says where the end is.
  kafka,    // A broker's: offsets may have gaps, the end is where whole batches end.
};

// How far a reader goes in a partition of estream.
enum class Extent {
  published,  // As far as the sync levels of the writers allow: for everybody who prints records.
  written,    // All complete batches: for a writer that must not write a record twice.
};

// Reads one partition's batches in offset order, across segments, while others append, roll, retain
// and compact. Takes no lock and writes nothing.
//
//   PartitionReader reader = TRY(PartitionReader::open(directory, Layout::estream, {}));
//   TRY(reader.seek(offset));
//   while (auto header = TRY(reader.peek())) TRY(reader.read(bytes));
//
// Below the published end every mismatch is an Error::Code::corrupt that names file and byte.
class PartitionReader {
 public:
  // `log_start_offset` is the entry in a broker's log-start-offset-checkpoint, if there is one.
  static Result<PartitionReader> open(const io::Directory& directory, Layout layout,
                                      std::optional<Offset> log_start_offset,
                                      Extent extent = Extent::published);

  // The end up to which readers may read, as of open() or the last refresh(). When damage hides the
  // end, it is the offset at which the damage begins; peek() reports the damage there.
  Offset end_offset() const { return end_.position.offset; }
  // The same for callers that show the end or wait for it: Error::Code::corrupt when damage hides
  // it.
  Result<Offset> known_end() const;
  bool knows_end() const { return !end_.damage; }
  // From now on the log ends where the damage begins.
  void pass_damage();
  // The end as a place in a file: the active segment, and the position in it.
  Offset end_segment() const { return end_.segment_base; }
  LogPosition end_position() const { return end_.position; }
  Offset log_start_offset() const { return log_start_offset_; }
  std::int32_t epoch() const { return epochs_.last(); }
  const LeaderEpochs& epochs() const { return epochs_; }
  const io::Directory& directory() const { return directory_; }
  // The smallest timestamp in a batch of this partition, if its header tells it.
  std::optional<Timestamp> smallest_timestamp(const BatchHeader& header) const;
  // The commit slot says that the indexes of the segments below indexes_whole_below() have no hole.
  // It says that estream wrote the batches below ours_below(): none belongs to a transaction, and
  // the base timestamp of each is its smallest one.
  Offset indexes_whole_below() const { return indexes_whole_below_; }
  Offset ours_below() const { return ours_below_; }

  // The next batch will be the one that holds `offset` or, if that offset is missing, the first one
  // after it. An offset below the log start offset counts as the log start offset.
  Result<void> seek(Offset offset);
  // An offset before which no record has a timestamp of `target` or later; the end if none has.
  Result<Offset> offset_reaching(Timestamp target);

  // The header of the next batch, or nothing at the end.
  Result<std::optional<BatchHeader>> peek();
  // Copies the batch that peek() showed into `out` (resized), verifies its checksum, and steps over
  // it.
  Result<void> read(std::vector<std::byte>& out);
  void skip();
  // The place of the batch of the last peek(): "orders/0/00000000000000000000.log at byte 4096".
  std::string place() const;

  // Looks where the end is now. True when there is more than before.
  Result<bool> refresh();

  // How many offsets retention deleted before they were read. The reader went on behind them.
  std::int64_t skipped_offsets() const { return skipped_offsets_; }

 private:
  struct End {
    Offset segment_base;
    LogPosition position;
    std::optional<Error> damage = {};  // Behind the position; it hides the end of the log.
  };

  PartitionReader(io::Directory directory, Layout layout, Extent extent)
      : directory_(std::move(directory)), layout_(layout), extent_(extent) {}

  // How often a list of segments or an end is looked for anew while others change them.
  static constexpr int reopen_attempts = 20;

  Result<void> load_epochs();
  Result<void> reopen_commit();
  Result<void> find_end();
  Result<void> find_end_by_commit();
  Result<void> check_reach(const BatchHeader& header);
  Result<bool> is_behind_segments(const CommitState& commit) const;
  Result<bool> is_exact(const CommitState& commit) const;
  bool is_in_known_segment(const CommitState& commit) const;
  Result<void> take(const CommitState& commit, const End& end, bool is_exact);
  Result<void> take_word(const CommitState& commit, bool is_exact);
  Result<End> end_in_slot(const CommitState& commit) const;
  Result<End> end_by_chain(const CommitState& commit) const;
  Result<End> end_of_poisoned(const CommitState& commit, const End& end) const;
  Result<End> end_by_scanning(Offset segment_base, LogPosition start);
  Result<std::uint64_t> limit_of(const Segment& segment) const;
  Result<Segment> open_listed(Offset base);
  Result<std::optional<Offset>> find_reaching(Timestamp target);
  void close_segment();
  Result<void> open_segment();
  Result<void> leave_segment();
  Result<void> check_place(const BatchHeader& header);
  bool was_handed_out(const BatchHeader& header);
  void step_behind(const BatchHeader& header);

  io::Directory directory_;
  Layout layout_;
  Extent extent_;
  std::optional<io::File> commit_;
  std::int64_t commit_sequence_ = -1;
  std::int64_t generation_ = -1;
  LeaderEpochs epochs_;
  std::vector<Offset> segments_;
  Offset log_start_offset_;
  Offset indexes_whole_below_;
  Offset ours_below_;
  End end_;
  std::optional<std::pair<Offset, LogPosition>> passed_;  // Where pass_damage() was called.
  bool is_end_sealed_ =
      false;  // The segment of end_ was sealed since then, so it may be another file now.

  Offset next_offset_;                      // The offset to read next.
  std::optional<Segment> segment_;          // Open while it holds next_offset_.
  std::optional<BatchReader> batches_;      // Over segment_.
  std::optional<Offset> expected_;          // Where the next batch has to begin, if that is known.
  std::optional<BatchHeader> current_;      // What peek() showed.
  std::optional<Offset> handed_out_up_to_;  // Since the last seek().
  std::vector<std::byte> scratch_;
  std::int64_t skipped_offsets_ = 0;
};

}  // namespace estream::log
