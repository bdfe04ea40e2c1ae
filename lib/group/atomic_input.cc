#include "group/atomic_input.h"

#include <fmt/format.h>

#include <optional>
#include <set>
#include <utility>

#include "group/producer_directory.h"
#include "group/sink_topic.h"

namespace estream::group {

namespace {

constexpr std::string_view prefix = ".atomic-";
constexpr std::size_t name_size = prefix.size() + 16;

SettleOptions settle_options(const std::string& file) {
  return {.owner = "the input in " + file,
          .anew = "to give up its events, remove that file",
          .resolve =
              "look for its events in the log: remove that file, and produce them again if "
              "they are not there"};
}

// The position file first: whoever finds a lock file alone removes it.
Result<void> remove_files(const io::Directory& producers, const std::string& name) {
  TRY(producers.remove_file(name));
  TRY(producers.sync());
  return producers.remove_file(lock_file_of(name));
}

// The inputs of all runs, dead or not. A run that died at its start has left only the lock file.
Result<std::set<std::string>> list_inputs(const io::Directory& producers) {
  std::set<std::string> names;
  for (const std::string& file : TRY(producers.list())) {
    if (file.starts_with(prefix) && file.size() >= name_size) {
      names.insert(file.substr(0, name_size));
    }
  }
  return names;
}

// A file that came with a copy into another topic must not be stored there.
Result<void> check_topic(const PositionClaim& claim, const PositionState& state,
                         const topic::Topic& topic) {
  if (state.sinks.size() == 1 && is_topic_of(state.sinks.front(), topic)) return {};
  return Error{Error::Code::usage,
               claim.name() +
                   ": has events for another topic; remove the file if they are not "
                   "wanted"};
}

// How many events have got a number.
std::int64_t count_numbers(const PositionState& state) {
  std::int64_t count = 0;
  for (const SinkPartition& partition : state.sinks.front().partitions) count += partition.next;
  return count;
}

Result<std::optional<std::string>> settle_one(const topic::Topic& topic,
                                              const io::Directory& producers,
                                              const std::string& name, const WriterOf& writer_of) {
  auto claim = TRY(PositionClaim::take_left(producers, name, "settlement"));
  if (!claim) return std::optional<std::string>();
  PositionFile& file = claim->file();
  if (!file.content().has_pending()) {
    TRY(remove_files(producers, name));
    return std::optional<std::string>();
  }
  PositionState state = file.content().state;
  TRY(check_topic(*claim, state, topic));
  const std::int64_t before = count_numbers(state);
  TRY(settle(file, state, writer_of, settle_options(file.name())));
  TRY(remove_files(producers, name));
  const std::int64_t events = count_numbers(state) - before;
  return std::optional(fmt::format(
      "topic '{}': stored {} {} of an --atomic run that had ended before it stored them",
      topic.name(), events, events == 1 ? "event" : "events"));
}

}  // namespace

Result<AtomicInput> AtomicInput::begin(const topic::Topic& topic, Sink sink,
                                       std::int64_t producer_id, const std::string& owner) {
  const io::Directory directory = TRY(topic.open_directory());
  io::Directory producers = TRY(make_producers(directory));
  std::string name = fmt::format("{}{:016x}", prefix, topic.system().random());
  PositionState state;
  state.group = name;
  state.member = owner;
  state.producer_id = producer_id;
  state.input = InputPosition();
  state.sinks.push_back(std::move(sink));
  auto claim = TRY(PositionClaim::take(producers, name, state));
  if (!claim) {
    return Error{Error::Code::busy,
                 producers.path_of(name) + ": is in use by another process; run it again"};
  }
  AtomicInput input(std::move(producers), std::move(name), *std::move(claim));
  input.next_ = next_sequences(state);
  return input;
}

Result<void> AtomicInput::add(std::string batches) {
  const PositionState& state = claim_.file().content().state;
  auto listed = list_pending(batches, state);
  ASSERT(listed.has_value());
  number_pending(batches, *listed, state.producer_id, next_);
  return claim_.file().add_pending(batches);
}

Result<std::vector<Offset>> AtomicInput::store(const WriterOf& writer_of) {
  PositionFile& file = claim_.file();
  PositionState state = file.content().state;
  for (std::size_t i = 0; i < state.sinks.front().partitions.size(); i++) {
    TRY(look_from_synced(state, 0, static_cast<std::int32_t>(i), writer_of));
  }
  TRY(file.note_added(state));
  TRY(file.commit());
  is_decided_ = true;
  auto base_offsets = TRY(settle(file, state, writer_of, settle_options(file.name())));
  TRY(remove_files(producers_, name_));
  return base_offsets;
}

Result<void> AtomicInput::drop() { return remove_files(producers_, name_); }

Result<std::vector<std::string>> settle_atomic_inputs(const topic::Topic& topic,
                                                      const WriterOf& writer_of) {
  std::vector<std::string> notices;
  const io::Directory directory = TRY(topic.open_directory());
  const auto producers = TRY(find_producers(directory));
  if (!producers) return notices;
  for (const std::string& name : TRY(list_inputs(*producers))) {
    auto notice = TRY(settle_one(topic, *producers, name, writer_of));
    if (notice) notices.push_back(*std::move(notice));
  }
  return notices;
}

Result<std::size_t> count_atomic_inputs(const topic::Topic& topic) {
  const io::Directory directory = TRY(topic.open_directory());
  const auto producers = TRY(find_producers(directory));
  if (!producers) return std::size_t{0};
  std::size_t count = 0;
  for (const std::string& name : TRY(list_inputs(*producers))) {
    if (TRY(is_owned(*producers, name))) continue;
    const auto content = TRY(PositionFile::look(*producers, name));
    if (content && content->has_pending()) count++;
  }
  return count;
}

}  // namespace estream::group
