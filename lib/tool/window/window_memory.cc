#include "tool/window/window_memory.h"

#include <algorithm>
#include <utility>

#include "base/assert.h"
#include "base/sip_hash.h"
#include "text/say.h"
#include "tool/window/checkpoint.h"

namespace estream::tool {

namespace {

// Not a secret: the next owner has to come to the same number.
constexpr HashSecret hash_secret = {0x6573'7472'6561'6d2e, 0x7769'6e64'6f77'7331};

std::string group_of(const group::PositionState& state) { return "group '" + state.group + "'"; }

std::int64_t sum_of(const std::vector<Offset>& offsets) {
  std::int64_t sum = 0;
  for (const Offset offset : offsets) sum += offset.value;
  return sum;
}

}  // namespace

WindowMemory::WindowMemory(const io::Directory& group, std::string position_file,
                           std::string_view fingerprint, std::size_t sources)
    : group_(&group),
      position_file_(std::move(position_file)),
      hash_(sip_hash(fingerprint, hash_secret).low),
      clocks_(sources) {}

Result<void> WindowMemory::read(const group::PositionState& state) {
  if (state.window.empty()) return {};
  auto section = decode_section(state.window, state.sources.size());
  if (!section) {
    return Error{Error::Code::corrupt, group_->path_of(position_file_) +
                                           ": what it says about open windows is damaged; restore "
                                           "the file from a copy, or begin anew with "
                                           "estream-consume --seek"};
  }
  if (section->hash != hash_) {
    return Error{Error::Code::usage,
                 group_of(state) +
                     " computes other windows: the operator or an option that decides about "
                     "results differs; give the same options, or another group, or begin anew "
                     "with estream-consume --seek"};
  }
  clocks_ = std::move(section->clocks);
  marks_ = std::move(section->marks);
  checkpoint_ = last_ = std::move(section->checkpoint);
  return {};
}

// Of two ways to the same state, the one that reads less.
bool WindowMemory::is_checkpoint_better(const group::PositionState& state) const {
  std::int64_t needed = 0;
  for (const group::SourcePosition& source : state.sources) needed += source.needed.value;
  return checkpoint_ && sum_of(checkpoint_->positions) > needed;
}

Result<std::unique_ptr<window::Task>> WindowMemory::restart(const group::PositionState& state,
                                                            const MakeTask& make, bool goes_on) {
  std::unique_ptr<window::Task> task = make();
  if (state.window.empty()) return task;
  const bool needs_one = task->needs_checkpoint();
  std::string why = "there is none";
  if (checkpoint_ && (needs_one || is_checkpoint_better(state))) {
    if (auto loaded = TRY(load(make, why))) {
      start_ = Start::checkpoint;
      return loaded;
    }
  }
  if (!needs_one) {
    for (std::uint32_t i = 0; i < clocks_.size(); i++) task->restart(i, clocks_[i]);
    return task;
  }
  const std::string lost = group_of(state) + " needs the checkpoint of its windows: " + why;
  if (!goes_on) {
    return Error{Error::Code::corrupt, lost + "; to go on without memory: --on-gap start"};
  }
  text::say(text::Level::warning, lost + "; it goes on without memory");
  checkpoint_.reset();
  marks_.clear();
  start_ = Start::position;
  return task;
}

// Nothing when it cannot be used.
Result<std::unique_ptr<window::Task>> WindowMemory::load(const MakeTask& make,
                                                         std::string& why) const {
  const auto state = TRY(read_checkpoint(*group_, position_file_, *checkpoint_, why));
  if (!state) return std::unique_ptr<window::Task>();
  std::unique_ptr<window::Task> task = make();
  if (task->load(*state)) return task;
  why = group_->path_of(position_file_) + ": its checkpoint is of another version";
  return std::unique_ptr<window::Task>();
}

Offset WindowMemory::restart_offset(const group::PositionState& state, std::uint32_t source) const {
  if (start_ == Start::checkpoint) return checkpoint_->positions[source];
  return start_ == Start::position ? state.sources[source].position : state.sources[source].needed;
}

void WindowMemory::add_mark(const window::IdleMark& mark) {
  const auto place = [](const window::IdleMark& m) { return std::pair(m.source, m.offset); };
  const auto at = std::ranges::lower_bound(marks_, place(mark), {}, place);
  if (at == marks_.end() || place(*at) != place(mark)) {
    marks_.insert(at, mark);
  } else {
    at->time = std::max(at->time, mark.time);
  }
}

void WindowMemory::note(const window::Task& task, const std::vector<Offset>& next, bool has_ended,
                        group::PositionState& state) {
  for (std::uint32_t i = 0; i < next.size(); i++) {
    window::RestartPoint point = {next[i], task.clock(i)};
    if (task.needs_checkpoint()) {
      ASSERT(checkpoint_.has_value());
      point.offset = checkpoint_->positions[i];
    } else if (!has_ended) {
      point = task.restart_point(i, next[i]);
    }
    state.sources[i].needed = std::min(point.offset, next[i]);
    clocks_[i] = point.clock;
  }
  drop_old_marks(state);
  if (!task.needs_checkpoint() && checkpoint_ && !is_checkpoint_better(state)) checkpoint_.reset();
  state.window = encode_section({hash_, clocks_, marks_, checkpoint_});
}

void WindowMemory::drop_old_marks(const group::PositionState& state) {
  std::erase_if(marks_, [&](const window::IdleMark& mark) {
    return mark.offset < state.sources[mark.source].needed;
  });
}

Result<void> WindowMemory::write_checkpoint(const window::Task& task,
                                            const std::vector<Offset>& next) {
  std::string bytes;
  task.save(bytes);
  checkpoint_ = TRY(tool::write_checkpoint(*group_, position_file_, last_, next, bytes));
  last_ = checkpoint_;
  return {};
}

std::int64_t WindowMemory::offsets_to_repeat(const window::Task& task,
                                             const std::vector<Offset>& next) const {
  std::int64_t from_window = 0;
  std::int64_t from_checkpoint = INT64_MAX;
  if (checkpoint_) from_checkpoint = sum_of(next) - sum_of(checkpoint_->positions);
  for (std::uint32_t i = 0; i < next.size(); i++) {
    from_window += next[i] - task.restart_point(i, next[i]).offset;
  }
  return task.needs_checkpoint() ? from_checkpoint : std::min(from_window, from_checkpoint);
}

}  // namespace estream::tool
