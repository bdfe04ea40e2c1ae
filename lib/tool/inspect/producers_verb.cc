#include <optional>
#include <string>

#include "group/atomic_input.h"
#include "group/position_claim.h"
#include "group/producer_directory.h"
#include "text/say.h"
#include "text/size.h"
#include "tool/inspect/scan.h"
#include "tool/inspect/verbs.h"

namespace estream::tool {

namespace {

std::vector<Column> producer_columns() {
  return {{"topic", "TOPIC"},
          {"producer", "NAME"},
          {"seq", "SEQ"},
          {.name = "last_write_ts", .heading = "WRITTEN-AGO", .yields = 2},
          {.name = "pid", .heading = "PID", .yields = 1}};
}

// What is pending is decided: it will be in the topic.
Cell sequence_of(const group::PositionContent& content) {
  const group::InputPosition& input = *content.state.input;
  const std::string& value = content.has_pending() ? input.claimed : input.stored;
  return value.empty() ? Cell() : text_cell(value);
}

// Without any lock. Nothing for a producer that has just been removed.
Result<std::optional<std::vector<Cell>>> row_of(const std::string& topic,
                                                const io::Directory& producers,
                                                const std::string& name) {
  const auto content = TRY(group::PositionFile::look(producers, name));
  if (!content) return std::optional<std::vector<Cell>>();
  if (!content->state.input) {
    return Error{Error::Code::corrupt, producers.path_of(name) + ": is the position of a group"};
  }
  const bool is_running = TRY(group::is_owned(producers, name));
  return std::optional(std::vector<Cell>{
      text_cell(topic), text_cell(name), sequence_of(*content), age_cell(content->slot.written),
      is_running ? count_cell(content->slot.writer_pid) : Cell()});
}

Result<void> warn_of_inputs(const topic::Topic& topic) {
  const auto count = static_cast<std::int64_t>(TRY(group::count_atomic_inputs(topic)));
  if (count == 0) return {};
  text::say(text::Level::warning,
            "topic '" + topic.name() + "': the events of " +
                text::format_count(count, "run", "runs") +
                " with --atomic are not stored yet, but will be: the next command that writes to "
                "the topic stores them");
  return {};
}

Result<void> add_rows(const topic::Topic& topic, Report& report, ListStatus& status) {
  // A broker keeps the state of its producers elsewhere.
  if (topic.layout() == log::Layout::kafka) return {};
  const io::Directory directory = TRY(topic.open_directory());
  const auto producers = TRY(group::find_producers(directory));
  if (!producers) return {};
  for (const std::string& name : TRY(group::list_producers(*producers))) {
    const auto row = row_of(topic.name(), *producers, name);
    if (!row) status.note(row.error());
    if (row && *row) TRY(report.add(**row));
  }
  return warn_of_inputs(topic);
}

}  // namespace

Result<cli::ExitStatus> inspect_producers(io::System& system, const InspectOptions& options,
                                          io::Output& output) {
  Report report(producer_columns(), options.style, output);
  PartitionWalk walk(system, options);
  ListStatus status;
  for (const std::string& name : TRY(names_of_topics(system, options))) {
    const auto places = walk.places_of(name);
    if (!places) status.note(places.error());
    if (!places || places->empty()) continue;
    if (auto added = add_rows(*places->front().topic, report, status); !added) {
      status.note(added.error());
    }
  }
  TRY(report.finish());
  return status.status();
}

}  // namespace estream::tool
