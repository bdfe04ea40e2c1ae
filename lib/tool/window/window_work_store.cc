#include <utility>

#include "group/settlement.h"
#include "tool/window/window_work.h"

namespace estream::tool {

namespace {

// A restart reads at most so many offsets again, or what comes in that time if it needs the
// checkpoint.
constexpr std::int64_t repeated_offsets_max = 1'000'000;
constexpr std::int64_t checkpoint_interval_ns = 60'000'000'000;
// Where the state is large, checkpoints take at most a tenth of the time.
constexpr std::int64_t checkpoint_share = 10;
// An owner that ends in order leaves less to be read again.
constexpr std::int64_t left_offsets_max = 100'000;

}  // namespace

// What a restart needs is written as if the claim was done: then it counts.
void WindowWork::claim_loaded() {
  const std::vector<Offset> next = next_offsets();
  for (std::size_t i = 0; i < next.size(); i++) state_.sources[i].claimed = next[i];
  memory_.note(*task_, next, is_closed_, state_);
  has_unkept_ = false;
}

// Adds what only the logs know.
void WindowWork::complete_positions() {
  for (std::size_t i = 0; i < parts_.size(); i++) {
    group::SourcePosition& source = state_.sources[i];
    const read::BatchFeed& feed = reading_->feeds()[first_source_ + i];
    source.epoch_before = read::epoch_before(feed.reader(), source.position).value_or(-1);
  }
}

void WindowWork::prepare_to_store() {
  is_stored_in_part_ = true;
  claim_loaded();
  output_.prepare();
}

Result<void> WindowWork::store_prepared() {
  std::string pending;
  TRY(output_.finish(state_, pending));
  TRY(group::store_output(file(), state_, std::move(pending), context_->sinks->writer_of(),
                          context_->sinks->settle_options()));
  return {};
}

void WindowWork::finish_store(bool is_stored) {
  output_.give_back();
  if (!is_stored) return;
  is_stored_in_part_ = false;
  complete_positions();
}

void WindowWork::pass_over() {
  if (has_unkept_) move_positions();
}

void WindowWork::move_positions() {
  claim_loaded();
  for (group::SourcePosition& source : state_.sources) source.position = source.claimed;
  complete_positions();
}

// Before a position may move.
bool WindowWork::lacks_checkpoint() const {
  return !is_silent() && task_->needs_checkpoint() && !memory_.has_checkpoint();
}

bool WindowWork::is_checkpoint_due() const {
  if (lacks_checkpoint()) return true;
  if (is_silent() || has_unkept_) return false;
  const bool needs_one = task_->needs_checkpoint();
  const std::int64_t since_ns = context_->system->monotonic_ns() - checkpoint_ns_;
  if (!has_changed_ || since_ns < checkpoint_share * checkpoint_took_ns_) return false;
  if (needs_one && since_ns >= checkpoint_interval_ns) return true;
  return memory_.offsets_to_repeat(*task_, next_offsets()) > repeated_offsets_max;
}

Result<void> WindowWork::write_checkpoint() {
  const std::int64_t begin_ns = context_->system->monotonic_ns();
  TRY(memory_.write_checkpoint(*task_, next_offsets()));
  move_positions();
  TRY(file().note(state_));
  TRY(file().commit());
  has_changed_ = false;
  checkpoint_ns_ = context_->system->monotonic_ns();
  checkpoint_took_ns_ = checkpoint_ns_ - begin_ns;
  return {};
}

Result<void> WindowWork::commit(bool is_noted) {
  if (is_noted && !is_stored_in_part_ && !(file().content().state == state_)) {
    TRY(file().note(state_));
  }
  if (context_->options->group->sync.level == log::SyncLevel::none) return {};
  return file().commit();
}

Result<void> WindowWork::end() {
  owned_->is_busy = false;
  if (!is_taken_over_ || is_stored_in_part_) return {};
  if (!is_silent() && !has_unkept_ && has_changed_) {
    const bool is_worth_it = task_->needs_checkpoint() ||
                             memory_.offsets_to_repeat(*task_, next_offsets()) > left_offsets_max;
    if (is_worth_it) TRY(write_checkpoint());
  }
  return commit(true);
}

}  // namespace estream::tool
