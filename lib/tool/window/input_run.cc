#include "tool/window/input_run.h"

#include <algorithm>
#include <span>
#include <utility>

#include "io/signals.h"
#include "io/user_file.h"
#include "tool/window/window_run.h"

namespace estream::tool {

namespace {

// Small enough that the rows of a batch of short lines fit into what a batch may take.
constexpr std::size_t chunk_bytes = 256 << 10;

std::size_t batch_count() { return 2 * io::worker_count() + 2; }

std::int64_t count_lines(std::string_view text) {
  const auto ends = std::ranges::count(text, '\n');
  return ends + (text.empty() || text.back() == '\n' ? 0 : 1);
}

}  // namespace

InputRun::InputRun(io::System& system, const WindowOptions& options, io::Output& output,
                   const read::EndCondition& end)
    : system_(&system), options_(&options), output_(&output), end_(&end), pool_(batch_count()) {
  plan_.sources.push_back({"-", 0, {}, 1});
  plan_.selection = options.request.selection;
  plan_.shape = options.row_form;
}

Result<cli::ExitStatus> InputRun::run() {
  TRY(start());
  Result<void> read = read_all();
  pipeline_.finish();
  if (failure_) return *failure_;
  if (!read) return read.error();
  const bool is_stopped = io::stop_signal() != 0 || output_->is_closed() || printer_->is_full();
  if (!is_stopped) TRY(tasks_->end());
  TRY(printer_->flush());
  TRY(late_->finish());
  if (!output_->is_closed()) say_counts(tasks_->counts(), printer_->printed());
  return window_status(*options_, tasks_->counts(), printer_->printed());
}

Result<void> InputRun::start() {
  late_ = TRY(LateOutput::open(*system_, options_->late, plan_));
  printer_.emplace(*options_, plan_, output_, late_.get());
  tasks_.emplace(*options_, plan_, *printer_);
  const std::size_t workers = io::worker_count();
  for (std::size_t i = 0; i < workers; i++) {
    workers_.push_back(std::make_unique<Worker>(plan_));
    if (options_->input == InputFormat::json) continue;
    workers_.back()->envelopes.emplace(options_->input == InputFormat::kcat
                                           ? json::EnvelopeForm::kcat
                                           : json::EnvelopeForm::estream);
  }
  return pipeline_.start(
      workers, [this](std::size_t worker, InputBatch& batch) { build(*workers_[worker], batch); },
      [this](std::unique_ptr<InputBatch> batch) {
        take(*batch);
        pool_.give_back(std::move(batch));
      });
}

Result<void> InputRun::read_all() {
  ChunkReaderOptions options;
  options.chunk_bytes = chunk_bytes;
  ChunkReader reader(*system_, options);
  for (std::int64_t lines = 0; !is_over();) {
    std::unique_ptr<InputBatch> batch = pool_.take();
    const bool has_more = TRY(reader.next(batch->chunk));
    if (!has_more) return {};
    batch->first_line = lines;
    lines += count_lines(batch->chunk.text());
    pipeline_.push(std::move(batch));
  }
  return {};
}

void InputRun::build(Worker& worker, InputBatch& batch) const {
  Chunk& chunk = batch.chunk;
  if (chunk.is_oversized) {
    chunk.rejected.push_back({0, "the line is longer than 16 MiB", {}, true});
    return;
  }
  std::string_view rest = chunk.text();
  for (std::uint32_t number = 0; !rest.empty(); number++) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    if (json::is_blank(line)) continue;
    if (auto added = add_line(worker, batch, line, batch.first_line + number); !added) {
      chunk.rejected.push_back({number, std::move(added).error().message, {}, false});
    }
  }
  if (batch.records.empty()) return;
  read::BatchWork& work = batch.work;
  work.source = 0;
  work.owner = std::shared_ptr<const void>(&batch, [](const void*) {});
  work.given = batch.records;
  work.header.base_offset = batch.records.front().offset;
  work.header.last_offset_delta =
      static_cast<std::int32_t>(batch.records.back().offset - batch.records.front().offset);
  worker.stage.run(work);
}

Result<void> InputRun::add_line(Worker& worker, InputBatch& batch, std::string_view line,
                                std::int64_t number) const {
  RecordView record;
  record.offset = {number};
  record.value = line;
  if (worker.envelopes) {
    const json::EnvelopeEvent event = TRY(worker.envelopes->read(line));
    Arena& arena = batch.chunk.arena;
    const auto copied = [&arena](const std::optional<std::string_view>& text) {
      return text ? std::optional(arena.copy(*text)) : std::nullopt;
    };
    record.key = copied(event.key);
    record.value = copied(event.value);
    record.headers = {event.headers.count, arena.copy(event.headers.encoded)};
    record.timestamp = event.timestamp.value_or(Timestamp{-1});
  }
  batch.records.push_back(record);
  return {};
}

void InputRun::take(InputBatch& batch) {
  if (is_over()) return;
  if (auto computed = compute(batch); !computed) failure_ = std::move(computed).error();
  if (!failure_ && !output_->is_closed() && !printer_->is_full()) return;
  has_ended_ = true;
  io::request_stop();
}

Result<void> InputRun::compute(InputBatch& batch) {
  for (const BadLine& bad : batch.chunk.rejected) {
    tasks_->reject("line " + std::to_string(batch.first_line + bad.line + 1), bad.reason);
  }
  if (!batch.records.empty()) {
    read::BatchWork& work = batch.work;
    const auto put = [this, &work] {
      const read::OutputPiece* next = work.pieces.data();
      tasks_->put(work, next, next + work.pieces.size());
    };
    if (work.is_heavy) {
      read::BatchStage stage(plan_);
      stage.open_heavy(work);
      while (stage.next_portion(work)) put();
    } else {
      put();
    }
  }
  TRY(tasks_->flush());
  return printer_->flush();
}

}  // namespace estream::tool
