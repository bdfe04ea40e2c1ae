#include "tool/window/window_work.h"

#include <algorithm>
#include <utility>

#include "group/settlement.h"
#include "io/deadline.h"
#include "text/say.h"
#include "tool/group/group_sources.h"

namespace estream::tool {

namespace {

// Of one batch.
constexpr std::size_t batch_events_max = 100'000;
constexpr std::size_t batch_bytes_max = 4 << 20;
// So many events come from one partition before the slowest one is looked for again.
constexpr std::size_t turn_events = 64;

window::Settings settings_for(const WindowOptions& options, std::size_t sources) {
  window::Settings settings = options.settings;
  settings.sources = sources;
  return settings;
}

}  // namespace

WindowWork::WindowWork(WindowContext& context, GroupMember::Owned& owned)
    : context_(&context),
      owned_(&owned),
      settings_(settings_for(*context.options, owned.places.size())),
      output_(context, owned.place().partition),
      filter_(context.options->selection, output_),
      gate_(filter_),
      memory_(*context.directory, owned.claim.name().position_file(), context.options->fingerprint,
              owned.places.size()),
      decoder_(*context.options->plan),
      parts_(owned.places.size()) {}

Result<Offset> WindowWork::begin(const read::PartitionSource& source) {
  if (!is_taken_over_) TRY(take_over(source));
  const auto number = group::find_source(state_, source.topic->name(), source.partition);
  ASSERT(number.has_value());
  if (!parts_[*number].has_begun) TRY(begin_part(source, static_cast<std::uint32_t>(*number)));
  return parts_[*number].next;
}

Result<void> WindowWork::take_over(const read::PartitionSource& source) {
  state_ = file().content().state;
  TRY(memory_.read(state_));
  TRY(context_->sinks->bind(state_, source.name));
  if (!state_.sinks.empty()) {
    TRY(group::settle(file(), state_, context_->sinks->writer_of(),
                      context_->sinks->settle_options()));
  }
  const auto make = [this] {
    return window::Task::make(settings_, context_->options->aggregation, gate_);
  };
  task_ = TRY(memory_.restart(state_, make, context_->options->group->goes_on_at_gap));
  gate_.close();
  is_taken_over_ = true;
  return {};
}

Result<void> WindowWork::begin_part(const read::PartitionSource& source, std::uint32_t number) {
  Part& part = parts_[number];
  group::SourcePosition& stored = state_.sources[number];
  const Offset position = TRY(checked_position(*context_->options->group, source, stored));
  part.gap = position == stored.position ? Gap::none : Gap::unknown;
  part.next = std::min(memory_.restart_offset(state_, number), position);
  part.silent_until = position;
  TRY(check_start(source, part));
  if (state_.window.empty()) stored.needed = position;
  stored.position = stored.claimed = position;
  stored.topic_id = source.topic->id();
  stored.epoch_before = read::epoch_before(source.reader, position).value_or(-1);
  const auto& marks = memory_.marks();
  while (part.mark < marks.size() && std::pair(marks[part.mark].source, marks[part.mark].offset) <
                                         std::pair(number, part.next)) {
    part.mark++;
  }
  part.is_silent = part.has_begun = true;
  return {};
}

// What is to be read again may have been deleted, though the group has read it once.
Result<void> WindowWork::check_start(const read::PartitionSource& source, Part& part) {
  const Offset start = source.reader.log_start_offset();
  if (part.next >= start || part.next >= part.silent_until) return {};
  const std::string what = source.name + ": group '" + state_.group + "' needs offset " +
                           std::to_string(part.next.value) +
                           " for its open windows, but retention deleted everything before " +
                           std::to_string(start.value);
  if (!context_->options->group->goes_on_at_gap) {
    return Error{Error::Code::corrupt, what + "; to go on there: --on-gap start"};
  }
  text::say(text::Level::warning, what + "; their results are marked \"incomplete\"");
  part.gap = start < part.silent_until ? Gap::known : Gap::unknown;
  part.next = std::min(start, part.silent_until);
  return {};
}

void WindowWork::attach(read::Reading& reading, std::size_t first_source) {
  reading_ = &reading;
  first_source_ = first_source;
  output_.attach(reading, first_source);
}

bool WindowWork::is_full(const Load& load) const {
  return load.events >= batch_events_max || load.bytes >= batch_bytes_max ||
         output_.bytes() >= batch_bytes_max;
}

Result<WindowWork::Loaded> WindowWork::load() {
  owned_->is_busy = true;
  for (Part& part : parts_) part.is_done = part.is_at_end = part.has_events = false;
  Load load;
  while (!is_full(load) && !lacks_checkpoint()) {
    Part* const part = next_part();
    if (part == nullptr) break;
    TRY(load_from(*part, load));
  }
  TRY(filter_.flush());
  note_loaded();
  if (load.events > 0) return Loaded::events;
  const bool may_have_more = load.is_unsure || is_silent() || lacks_checkpoint();
  return may_have_more ? Loaded::unsure : Loaded::nothing;
}

// The partition whose clock is the slowest one holds the windows of the others open. As long as the
// task is silent, it reads only what it had read before.
WindowWork::Part* WindowWork::next_part() {
  Part* slowest = nullptr;
  for (Part& part : parts_) {
    if (part.is_done || (is_silent() && !part.is_silent)) continue;
    const bool is_slower =
        slowest == nullptr || task_->clock(number_of(part)) < task_->clock(number_of(*slowest));
    if (is_slower) slowest = &part;
  }
  return slowest;
}

Result<void> WindowWork::load_from(Part& part, Load& load) {
  const std::size_t source = first_source_ + number_of(part);
  read::ReadPipeline& pipeline = reading_->pipeline();
  read::ReadPipeline::Head& head = pipeline.head(source);
  if (head.is_empty()) {
    const auto loaded = TRY(pipeline.load(source));
    part.is_done = loaded != read::ReadPipeline::Loaded::pieces;
    part.is_at_end = loaded == read::ReadPipeline::Loaded::nothing;
    load.is_unsure = load.is_unsure || loaded == read::ReadPipeline::Loaded::unsure;
    if (part.is_at_end && part.is_silent) TRY(end_silence(part));
  }
  for (std::size_t i = 0; i < turn_events && !head.is_empty(); i++) {
    const bool is_new = head.work->offset_of(*head.next) >= part.silent_until;
    if (part.is_silent && is_new) return end_silence(part);
    TRY(put(number_of(part), *head.work, *head.next));
    load.events++;
    load.bytes += head.next->size_bytes;
    part.has_events = true;
    head.next++;
  }
  return {};
}

Result<void> WindowWork::put(std::uint32_t number, const read::BatchWork& work,
                             const read::OutputPiece& piece) {
  Part& part = parts_[number];
  window::Row row;
  row.source = number;
  row.record = work.records[piece.record];
  row.offset = row.record.offset;
  if (const auto why = decoder_.decode(piece.view(), row)) {
    reject(part, row.offset, *why);
    return {};
  }
  if (part.is_silent) TRY(apply_marks(part, row.offset));
  // How late the deleted events were can only be guessed.
  if (part.gap == Gap::unknown && !is_silent()) {
    gate_.mark_incomplete_until(std::max(row.time, task_->clock(number)));
    part.gap = Gap::none;
  }
  return task_->put(row);
}

void WindowWork::reject(const Part& part, Offset offset, std::string_view why) {
  if (part.is_silent) return;
  context_->rejected++;
  if (context_->rejected > 1 && !text::is_said(text::Level::detail)) return;
  text::say(text::Level::warning, owned_->places[number_of(part)].name + "@" +
                                      std::to_string(offset.value) + ": " + std::string(why) +
                                      "; the event is left out");
}

// Those that were set before the event at this offset.
Result<void> WindowWork::apply_marks(Part& part, Offset until) {
  const auto& marks = memory_.marks();
  for (; part.mark < marks.size(); part.mark++) {
    const window::IdleMark& mark = marks[part.mark];
    if (mark.source != number_of(part) || mark.offset > until) break;
    TRY(task_->advance(mark));
  }
  return {};
}

// Everything that was read before is read again.
Result<void> WindowWork::end_silence(Part& part) {
  TRY(apply_marks(part, part.silent_until));
  part.is_silent = false;
  if (std::ranges::none_of(parts_, &Part::is_silent)) go_live();
  return {};
}

void WindowWork::go_live() {
  gate_.open();
  repeated_ = task_->counts();
  const std::int64_t now_ns = context_->system->monotonic_ns();
  idle_.emplace(*task_, parts_.size(), now_ns);
  checkpoint_ns_ = now_ns;
  for (Part& part : parts_) {
    if (part.gap == Gap::none) continue;
    gate_.mark_incomplete_until(task_->clock(number_of(part)));
    if (part.gap == Gap::known) part.gap = Gap::none;
  }
}

void WindowWork::note_loaded() {
  const std::int64_t now_ns = context_->system->monotonic_ns();
  for (Part& part : parts_) {
    const Offset next = reading_->position(first_source_ + number_of(part));
    const bool has_moved = next != part.next;
    part.next = next;
    if (is_silent()) continue;
    has_unkept_ = has_unkept_ || has_moved;
    has_changed_ = has_changed_ || has_moved;
    if (part.has_events) idle_->note_event(*task_, number_of(part), now_ns);
  }
}

Result<bool> WindowWork::advance_idle(std::int64_t now_ns) {
  if (is_silent()) return false;
  bool has_changed = false;
  for (const Part& part : parts_) {
    const std::uint32_t number = number_of(part);
    if (!part.is_at_end) continue;
    const auto clock = idle_->clock_at(*task_, number, now_ns, context_->options->idle_ns);
    if (!clock) continue;
    const window::IdleMark mark = {number, part.next, *clock};
    if (TRY(task_->advance(mark))) has_changed = true;
    memory_.add_mark(mark);
  }
  TRY(filter_.flush());
  has_unkept_ = has_unkept_ || has_changed;
  has_changed_ = has_changed_ || has_changed;
  return has_changed;
}

std::optional<std::int64_t> WindowWork::idle_deadline_ns(std::int64_t now_ns) const {
  if (is_silent()) return std::nullopt;
  std::optional<std::int64_t> deadline;
  for (const Part& part : parts_) {
    const std::uint32_t number = number_of(part);
    if (!part.is_at_end || !has_open(*task_, number, part.next)) continue;
    std::int64_t at = io::later_by(idle_->arrival_ns(number), context_->options->idle_ns);
    at = std::max(at, now_ns + IdleClocks::step_ns(settings_));
    deadline = std::min(deadline.value_or(at), at);
  }
  return deadline;
}

Result<void> WindowWork::close() {
  TRY(task_->end());
  TRY(filter_.flush());
  is_closed_ = has_unkept_ = has_changed_ = true;
  return {};
}

window::TaskCounts WindowWork::counts() const {
  if (task_ == nullptr || is_silent()) return {};
  window::TaskCounts counts = task_->counts();
  counts.accepted -= repeated_.accepted;
  counts.skipped -= repeated_.skipped;
  counts.late -= repeated_.late;
  counts.results -= repeated_.results;
  return counts;
}

std::vector<Offset> WindowWork::next_offsets() const {
  std::vector<Offset> next;
  for (const Part& part : parts_) next.push_back(part.next);
  return next;
}

}  // namespace estream::tool
