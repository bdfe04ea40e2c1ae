#include "tool/consume/partition_work.h"

#include <algorithm>
#include <utility>

#include "group/settlement.h"
#include "io/deadline.h"
#include "text/duration.h"
#include "text/say.h"
#include "tool/consume/batch_job.h"
#include "tool/consume/dead_letter.h"
#include "tool/consume/kept_job.h"
#include "tool/group/group_sources.h"

namespace estream::tool {

namespace {

constexpr std::size_t batch_bytes_max = 4 << 20;
constexpr std::int64_t silence_max_ns = 10'000'000'000;

// ", 6 times"; nothing for the only try.
std::string times(std::int64_t count) {
  return count <= 1 ? "" : ", " + std::to_string(count) + " times";
}

}  // namespace

PartitionWork::PartitionWork(WorkContext& context, GroupMember::Owned& owned)
    : context_(&context), owned_(&owned) {
  const WorkOptions& options = work();
  JobOptions job = {.command = options.command,
                    .is_kept = options.is_kept,
                    .reads_output = options.into.has_value(),
                    .delimiter = context.options->shape.delimiter,
                    .timeout_ns = options.job_timeout_ns,
                    .output_bytes_max = options.output_bytes_max};
  if (options.command.empty()) return;
  const int lock = owned.claim.lock_fd();
  if (options.is_kept) {
    job_ = std::make_unique<KeptJob>(std::move(job), lock);
  } else {
    job_ = std::make_unique<BatchJob>(std::move(job), lock);
  }
}

Result<Offset> PartitionWork::begin(const read::PartitionSource& source) {
  if (!is_taken_over_) TRY(take_over(source));
  return next_;
}

Result<void> PartitionWork::take_over(const read::PartitionSource& source) {
  state_ = file().content().state;
  TRY(check_no_windows(*context_->options->group, state_));
  if (job_ != nullptr) TRY(owned_->claim.sign(0));
  TRY(context_->sinks->bind(state_, source.name));
  const Offset before = this->source().position;
  TRY(group::settle(file(), state_, context_->sinks->writer_of(),
                    context_->sinks->settle_options()));
  if (this->source().position != before) {
    set_position(this->source(), *source.topic, source.reader, this->source().position);
  }
  next_ = TRY(checked_position(*context_->options->group, source, this->source()));
  const Offset claimed = this->source().claimed;
  if (next_ != this->source().position) {
    set_position(this->source(), *source.topic, source.reader, next_);
  }
  if (claimed > next_) open_claim_ = claimed;
  is_taken_over_ = true;
  return {};
}

void PartitionWork::attach(read::Reading& reading, std::size_t source) {
  reading_ = &reading;
  source_ = source;
  if (!work().into) return;
  const std::int32_t partitions = context_->sinks->partition_count(work().into->target.topic.name);
  copier_.emplace(*work().into, reading.plan(), partitions);
  if (!into_) {
    into_.emplace(*work().into, partitions, context_->unused_builders, &work().lines);
  }
}

std::optional<std::int64_t> PartitionWork::retry_ns() const {
  return phase_ == Phase::pausing ? std::optional(retry_ns_) : std::nullopt;
}

Result<PartitionWork::Loaded> PartitionWork::load(std::int64_t events_max) {
  read::ReadPipeline& pipeline = reading_->pipeline();
  read::ReadPipeline::Head& head = pipeline.head(source_);
  batch_.clear();
  std::int64_t events = 0;
  std::size_t bytes = 0;
  bool is_unsure = false;
  if (!is_claim_open()) events_max = std::min(events_max, work().batch_events);
  while (is_claim_open() || (events < events_max && bytes < batch_bytes_max)) {
    if (head.is_empty()) {
      const auto loaded = TRY(pipeline.load(source_));
      is_unsure = loaded == read::ReadPipeline::Loaded::unsure;
      // A batch that was begun is read to its end.
      if (is_unsure && is_claim_open()) continue;
      if (loaded != read::ReadPipeline::Loaded::pieces) break;
    }
    if (is_claim_open() && head.work->offset_of(*head.next) >= *open_claim_) break;
    TRY(add(head));
    bytes += head.next->size_bytes;
    head.next++;
    events++;
  }
  const Offset reached = pipeline.position(source_);
  finish_load(is_claim_open() ? std::min(*open_claim_, feed().reader().end_offset()) : reached);
  context_->events += events;
  if (events > 0) return Loaded::batch;
  return is_unsure ? Loaded::unsure : Loaded::nothing;
}

void PartitionWork::pass_over() {
  if (next_ > source().position) set_position(source(), feed().topic(), feed().reader(), next_);
}

void PartitionWork::finish_load(Offset end) {
  next_ = end;
  batch_.finish(end);
  // How often a batch of a dead owner was tried counts.
  if (!open_claim_ && job_ != nullptr) state_.attempts = 0;
  open_claim_.reset();
}

Result<void> PartitionWork::add(const read::ReadPipeline::Head& head) {
  if (job_ != nullptr) {
    if (work().is_kept && head.next->size_bytes == 0) {
      return Error{Error::Code::data,
                   owned_->place().name + "@" +
                       std::to_string(head.work->offset_of(*head.next).value) +
                       ": the event is empty, which would end the batch of a kept command; use -j"};
    }
    batch_.add(*head.work, *head.next, context_->options->shape.delimiter);
    return {};
  }
  CopiedRecord copy;
  TRY(copier_->copy(source_, head.work->records[head.next->record], copy));
  into_->add(copy.partition, copy.record);
  return {};
}

Result<void> PartitionWork::run() {
  source().claimed = batch_.end();
  if (state_.attempts > work().retries) return give_up("the process that ran it died");
  return start_job();
}

void PartitionWork::prepare_to_store() {
  source().claimed = next_;
  prepared_ = into_->take();
}

Result<void> PartitionWork::store_prepared() {
  std::string pending;
  TRY(into_->finish(prepared_, sink_of(Role::into, *work().into), pending));
  return store(std::move(pending));
}

void PartitionWork::finish_store(bool is_stored) {
  into_->give_back(std::exchange(prepared_, {}));
  if (is_stored) complete_position();
}

Result<void> PartitionWork::start_job() {
  state_.attempts++;
  TRY(file().note(state_));
  if (context_->options->group->sync.level == log::SyncLevel::batch) TRY(file().commit());
  TRY(job_->start({.text = batch_.text(), .environment = environment()}));
  if (work().is_kept) silence_ns_ = io::later_by(context_->system->monotonic_ns(), silence_max_ns);
  TRY(owned_->claim.sign(job_->pid()));
  phase_ = Phase::running;
  owned_->is_busy = true;
  return {};
}

std::vector<std::pair<std::string, std::string>> PartitionWork::environment() const {
  const read::PartitionPlace& place = owned_->place();
  const group::PositionContent& content = owned_->claim.file().content();
  return {{"ESTREAM_DIR", context_->options->request.sources.data_root},
          {"ESTREAM_GROUP", state_.group},
          {"ESTREAM_MEMBER", state_.member},
          {"ESTREAM_TOPIC", place.topic->name()},
          {"ESTREAM_PARTITION", std::to_string(place.partition)},
          {"ESTREAM_GENERATION", std::to_string(content.slot.generation)},
          {"ESTREAM_FIRST", std::to_string(batch_.first_offset().value)},
          {"ESTREAM_LAST", std::to_string(batch_.last_offset().value)},
          {"ESTREAM_COUNT", std::to_string(batch_.size())},
          {"ESTREAM_ATTEMPT", std::to_string(state_.attempts)}};
}

void PartitionWork::add_poll_entries(std::vector<io::PollEntry>& entries) const {
  if (phase_ == Phase::running) job_->add_poll_entries(entries);
}

std::optional<std::int64_t> PartitionWork::deadline_ns() const {
  const auto job_ns = job_->deadline_ns();
  if (!job_ns || !silence_ns_) return job_ns ? job_ns : silence_ns_;
  return std::min(*job_ns, *silence_ns_);
}

// The usual reason is a command that does not know of the empty line.
void PartitionWork::warn_of_silence(std::int64_t now_ns) {
  if (!silence_ns_ || now_ns < *silence_ns_) return;
  silence_ns_.reset();
  text::say(text::Level::warning,
            place_of_run() +
                ": the command has not acknowledged the batch for 10s; after the "
                "output of a batch, a command with --keep prints an empty line");
}

Result<bool> PartitionWork::step(std::int64_t now_ns) {
  warn_of_silence(now_ns);
  auto outcome = TRY(job_->step(now_ns));
  if (!outcome) return false;
  TRY(take(*std::move(outcome), now_ns));
  return true;
}

Result<void> PartitionWork::take(JobOutcome outcome, std::int64_t now_ns) {
  if (outcome.kind == JobOutcome::Kind::failed) return fail(outcome.reason, now_ns);
  if (outcome.kind == JobOutcome::Kind::later) {
    state_.attempts--;
    text::say(text::Level::warning, place_of_run() + ": the command asks for a later try (75)");
    pause(io::later_by(now_ns, work().backoff.longest_ns));
    return {};
  }
  auto finished = finish_run(outcome.output);
  const bool cannot_be_stored =
      !finished && finished.error().code == Error::Code::data && !is_stored_in_part_;
  return cannot_be_stored ? fail(finished.error().message, now_ns) : std::move(finished);
}

Result<void> PartitionWork::finish_run(const std::string& output) {
  std::string pending;
  if (into_) {
    TRY(into_->add_lines(output, batch_.newest_time(), owned_->place().partition,
                         sink_of(Role::into, *work().into), pending));
  } else if (!output.empty()) {
    TRY(context_->output->write(output));
    TRY(context_->output->flush());
    // What nobody has taken is printed again by the next owner.
    if (context_->output->is_closed()) {
      rest();
      return {};
    }
  }
  TRY(store(std::move(pending)));
  complete_position();
  dead_letters_in_row_ = 0;
  return go_on();
}

std::uint16_t PartitionWork::sink_of(Role role, const CopyOptions& topic) const {
  return *find_sink(state_, role, topic.target.topic.name);
}

// The run is done, with this output.
Result<void> PartitionWork::store(std::string pending) {
  if (pending.empty()) {
    group::finish_claim(state_);
  } else {
    is_stored_in_part_ = true;
    TRY(group::store_output(file(), state_, std::move(pending), context_->sinks->writer_of(),
                            context_->sinks->settle_options()));
    is_stored_in_part_ = false;
  }
  return {};
}

// Adds what only the log knows.
void PartitionWork::complete_position() {
  set_position(source(), feed().topic(), feed().reader(), source().position);
}

// The first run takes the whole batch. If there is more, it is what a smaller run has left, and the
// next one takes twice as much.
Result<void> PartitionWork::go_on() {
  rest();
  batch_.go_on(batch_.size() * 2);
  return batch_.is_done() || context_->is_ending ? Result<void>() : run_part();
}

// A run of several events has one try; a single event has all of them.
Result<void> PartitionWork::run_part() {
  state_.attempts = batch_.size() > 1 ? static_cast<std::int32_t>(work().retries) : 0;
  return run();
}

Result<void> PartitionWork::fail(const std::string& reason, std::int64_t now_ns) {
  if (state_.attempts > work().retries) return give_up(reason);
  const std::int64_t pause_ns = work().backoff.pause_ns(state_.attempts);
  text::say(text::Level::warning, place_of_run() + ": " + reason + "; the next try is in " +
                                      text::format_duration(std::chrono::nanoseconds(pause_ns)));
  pause(io::later_by(now_ns, pause_ns));
  return {};
}

void PartitionWork::pause(std::int64_t until_ns) {
  phase_ = Phase::pausing;
  retry_ns_ = until_ns;
}

// A kept command goes on, and has to end before the partition can be given back.
void PartitionWork::rest() {
  phase_ = Phase::idle;
  owned_->is_busy = job_ != nullptr && job_->pid() >= 0;
}

// Tries are over.
Result<void> PartitionWork::give_up(const std::string& reason) {
  rest();
  if (!work().dead_letters) {
    return Error{Error::Code::io, place_of_run() + ": " + reason + times(state_.attempts) +
                                      "; the position stays at " +
                                      std::to_string(source().position.value)};
  }
  if (batch_.size() == 1) return bury(reason);
  if (context_->is_ending) return {};
  batch_.resize(batch_.size() / 2);
  return run_part();
}

// The single event of the run becomes a dead letter.
Result<void> PartitionWork::bury(const std::string& reason) {
  const CopyOptions& topic = *work().dead_letters;
  const std::string& name = topic.target.topic.name;
  const std::int32_t partitions = context_->sinks->partition_count(name);
  RecordCopier copier(topic, reading_->plan(), partitions);
  WorkOutput output(topic, partitions, context_->unused_builders);
  TRY(add_dead_letter(context_->options->request.sources, owned_->place(), source_,
                      {.offset = batch_.first_offset(),
                       .group = state_.group,
                       .reason = reason,
                       .attempts = state_.attempts},
                      copier, output));
  std::string pending;
  UnfinishedBatches batches = output.take();
  TRY(output.finish(batches, sink_of(Role::dead_letters, topic), pending));
  text::say(text::Level::warning, place_of_run() + ": " + reason + times(state_.attempts) +
                                      "; the event is in '" + name + "'");
  TRY(store(std::move(pending)));
  complete_position();
  context_->dead_letters++;
  dead_letters_in_row_++;
  const std::int64_t limit = work().dead_letter_limit;
  if (limit > 0 && dead_letters_in_row_ >= limit) {
    return Error{Error::Code::io,
                 owned_->place().name + ": " + std::to_string(dead_letters_in_row_) +
                     " events in a row became dead letters; it may be the command, not the events "
                     "(--dlq-limit)"};
  }
  return go_on();
}

std::string PartitionWork::place_of_run() const {
  std::string place = owned_->place().name + "@" + std::to_string(batch_.first_offset().value);
  if (batch_.size() > 1) place += "-" + std::to_string(batch_.last_offset().value);
  return place;
}

Result<void> PartitionWork::commit(bool is_noted) {
  if (is_noted && !is_stored_in_part_ && !(file().content().state == state_)) {
    TRY(file().note(state_));
  }
  if (context_->options->group->sync.level == log::SyncLevel::none) return {};
  return file().commit();
}

Result<void> PartitionWork::end() {
  if (job_ != nullptr) {
    const auto notice = TRY(job_->end());
    if (notice) text::say(text::Level::warning, owned_->place().name + ": " + *notice);
  }
  phase_ = Phase::idle;
  owned_->is_busy = false;
  if (!is_taken_over_ || is_stored_in_part_) return {};
  // What a dead owner began, and this one did not begin again, is left to the next one.
  if (!open_claim_) {
    source().claimed = source().position;
    state_.attempts = 0;
  }
  return commit(true);
}

}  // namespace estream::tool
