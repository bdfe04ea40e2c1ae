#include "log/verify/segment_check.h"

#include <algorithm>

#include "log/batch_reader.h"
#include "log/chain.h"
#include "log/names.h"
#include "log/old_batch.h"

namespace estream::log {

namespace {

constexpr std::uint64_t range_bytes = 4 << 20;

}  // namespace

SegmentWalk::SegmentWalk(const VerifyContext& context, const SegmentTask& task,
                         SegmentOutcome& outcome)
    : context_(&context), task_(&task), outcome_(&outcome), at_{0, task.base} {
  const std::string file = segment_file_name(task.base, SegmentFile::log);
  name_ = context.directory->path_of(file);
  outcome.end = task.base;
  for (const LogPosition& edge : task.edges) {
    outcome.has_edge.push_back(edge == LogPosition{0, task.base});
  }
}

bool SegmentWalk::open() {
  const std::string file = segment_file_name(task_->base, SegmentFile::log);
  auto log = context_->directory->open_file(file, io::OpenMode::read);
  const auto status = log ? log->status() : Result<io::FileStatus>(log.error());
  if (!status) {
    context_->findings->add(Remedy::restore_log, name_, status.error());
    return false;
  }
  outcome_->log = *status;
  log_ = std::make_shared<const io::File>(*std::move(log));
  return true;
}

void SegmentWalk::run(const VerifyPool::HandOut& hand_out) {
  hand_out_ = &hand_out;
  // The indexes are read before the log, so that every batch that an entry names is in the log.
  indexes_.emplace(*context_->directory, task_->base, context_->index_rules, index_findings_);
  if (!open()) return;
  outcome_->is_walked = true;
  const bool is_active = task_->role == SegmentRole::active;
  walk_settled(is_active ? std::min(size(), task_->settled.bytes) : size());
  if (is_active && size() < task_->settled.bytes) {
    context_->findings->fault(Remedy::restore_log, name_, size(),
                              "the file ends here, " +
                                  std::to_string(task_->settled.bytes - size()) +
                                  " bytes before the length in the commit slot; offsets up to " +
                                  shown(task_->settled.offset + -1) + " are missing");
  } else if (is_active && outcome_->is_walked) {
    walk_unsettled();
  }
  give_range();
  tell_of_old_batches();
  prove_indexes();
  outcome_->end = at_.offset;
  outcome_->bytes = at_.bytes;
}

void SegmentWalk::prove_indexes() {
  using End = IndexProof::End;
  const bool is_sealed = task_->role == SegmentRole::sealed;
  const bool is_cut = is_torn_ || !outcome_->is_walked;
  indexes_->finish(is_cut ? End::torn : is_sealed ? End::sealed : End::active);
  // The indexes of an active segment to which somebody appends, or which has to be recovered, are
  // not complete.
  const bool is_active = task_->role == SegmentRole::active;
  const bool is_growing = is_active && size() != task_->settled.bytes;
  if (!is_growing && !task_->is_unrecovered) context_->findings->add(index_findings_.take());
}

void SegmentWalk::walk_settled(std::uint64_t limit) {
  BatchReader reader(*log_, at_.bytes, limit);
  while (at_.bytes < limit) {
    const auto header = reader.peek();
    if (!header) {
      if (!pass_old_batch(limit)) return meet_damage(header.error(), limit);
      reader = BatchReader(*log_, at_.bytes, limit);
      continue;
    }
    if (!*header) return meet_end(limit);
    see(**header, at_.bytes);
    reader.skip();
  }
}

// The end of a batch of an old format is known, so the batches behind it are checked.
bool SegmentWalk::pass_old_batch(std::uint64_t limit) {
  const auto old = find_old_batch(*log_, at_.bytes, limit);
  if (!old || !*old || (*old)->last_offset < at_.offset) return false;
  give_range();
  if (old_batches_++ == 0) first_old_ = at_.bytes;
  at_ = {at_.bytes + (*old)->size_bytes, (*old)->last_offset + 1};
  range_from_ = at_.bytes;
  return true;
}

void SegmentWalk::tell_of_old_batches() {
  if (old_batches_ == 0) return;
  context_->findings->fault(Remedy::produce_anew, name_, first_old_,
                            std::to_string(old_batches_) +
                                " batches from here on are of message format 0 or 1 of Kafka "
                                "before 0.11, which estream does not read; their checksums are "
                                "right, and the file is sound");
}

// The bytes behind the written length may be anything. But the indexes may have entries for whole
// batches there.
void SegmentWalk::walk_unsettled() {
  if (size() <= at_.bytes || !context_->epochs) return;
  const LogPosition settled = at_;
  const auto chain = follow_chain(*log_, at_, size(), *context_->epochs);
  if (!chain) return context_->findings->add(Remedy::restore_log, name_, chain.error());
  give_range();
  const std::int64_t settled_batches = outcome_->batches;
  walk_settled(chain->end.bytes);
  outcome_->unsettled_batches = outcome_->batches - settled_batches;
  const std::string length = std::to_string(size() - settled.bytes);
  context_->findings->note(name_, settled.bytes,
                           length +
                               " bytes behind the settled length: an append is running, or was "
                               "interrupted, and the next writer handles them");
  if (chain->end.bytes < size()) is_torn_ = true;
}

void SegmentWalk::see(const BatchHeader& header, std::uint64_t position) {
  if (header.size_bytes() >= range_bytes) give_range();  // A large batch is a range of its own.
  see_offsets(header, position);
  see_epoch(header, position);
  indexes_->see(header, position);
  outcome_->batches++;
  if (!header.is_control) outcome_->records += header.record_count;
  at_ = {position + header.size_bytes(), header.next_offset()};
  see_edge();
  if (at_.bytes - range_from_ >= range_bytes) give_range();
}

// If a batch has another offset than expected, either its offset or its place is wrong. The next
// batch shows which, and is then not a second fault.
void SegmentWalk::see_offsets(const BatchHeader& header, std::uint64_t position) {
  const bool is_kafka = context_->layout == Layout::kafka;
  const bool is_right =
      is_kafka ? header.base_offset >= at_.offset : header.base_offset == at_.offset;
  const bool is_excused = alternative_ == header.base_offset;
  alternative_.reset();
  if (is_kafka && header.base_offset > at_.offset && !has_gap_) {
    has_gap_ = true;
    context_->findings->note(
        name_, position,
        "offsets " + shown(at_.offset) + " to " + shown(header.base_offset + -1) +
            " are missing, and maybe more later: the broker compacted them, or the offset of this "
            "batch is damaged, which no checksum of Kafka covers");
  }
  if (is_right || is_excused) return;
  alternative_ = at_.offset + header.last_offset_delta + 1;
  const std::string what = "the batch begins at offset " + shown(header.base_offset);
  if (header.base_offset < at_.offset) {
    return context_->findings->fault(
        Remedy::restore_log, name_, position,
        what + ", but the one before it goes up to " + shown(at_.offset + -1));
  }
  context_->findings->fault(
      Remedy::restore_log, name_, position,
      what + " instead of " + shown(at_.offset) + ": events are missing, or the field is damaged");
}

void SegmentWalk::see_epoch(const BatchHeader& header, std::uint64_t position) {
  if (!context_->epochs) return;
  const auto epoch = context_->epochs->at(header.base_offset);
  const bool is_kafka = context_->layout == Layout::kafka;
  if (is_kafka && (!epoch || header.leader_epoch == -1)) return;
  if (epoch != header.leader_epoch) {
    context_->findings->fault(
        Remedy::restore_log, name_, position,
        "the batch is of epoch " + std::to_string(header.leader_epoch) + ", but offset " +
            shown(header.base_offset) + " is of " +
            (epoch ? "epoch " + std::to_string(*epoch) : std::string("none")) + " in " +
            epochs_file_name);
  } else if (epoch != context_->epochs->at(header.last_offset())) {
    context_->findings->fault(Remedy::restore_log, name_, position,
                              std::string("an epoch of ") + epochs_file_name +
                                  " begins inside the batch of offsets " +
                                  shown(header.base_offset) + " to " + shown(header.last_offset()));
  }
}

void SegmentWalk::see_edge() {
  for (std::size_t i = 0; i < task_->edges.size(); i++) {
    if (task_->edges[i] == at_) outcome_->has_edge[i] = true;
  }
}

void SegmentWalk::meet_end(std::uint64_t limit) {
  is_torn_ = true;
  const std::uint64_t rest = limit - at_.bytes;
  if (task_->role == SegmentRole::open_ended) {
    return context_->findings->note(name_, at_.bytes,
                                    std::to_string(rest) + " bytes of an incomplete batch");
  }
  outcome_->is_walked = false;
  context_->findings->fault(Remedy::restore_log, name_, at_.bytes,
                            "the batch goes beyond the end: the last " + std::to_string(rest) +
                                " bytes are not a whole batch, and the file was cut or its length "
                                "field is damaged");
}

void SegmentWalk::meet_damage(const Error& error, std::uint64_t limit) {
  is_torn_ = true;
  if (error.code != Error::Code::corrupt) {
    outcome_->is_walked = false;
    return context_->findings->add(Remedy::restore_log, name_, error);
  }
  const std::uint64_t rest = limit - at_.bytes;
  const bool may_be_blank = task_->role == SegmentRole::open_ended;
  const auto filled = io::first_non_zero(*log_, at_.bytes, limit);
  if (may_be_blank && filled && *filled == limit) {
    return context_->findings->note(name_, at_.bytes,
                                    std::to_string(rest) + " zero bytes, allocated in advance");
  }
  outcome_->is_walked = false;
  context_->findings->fault(Remedy::restore_log, name_, at_.bytes,
                            (error.file == name_ ? error.what() : error.message) +
                                "; where the next batch begins is unknown, so that the last " +
                                std::to_string(rest) + " bytes cannot be read");
}

void SegmentWalk::give_range() {
  if (at_.bytes > range_from_) (*hand_out_)({log_, range_from_, at_.bytes});
  range_from_ = at_.bytes;
}

}  // namespace estream::log
