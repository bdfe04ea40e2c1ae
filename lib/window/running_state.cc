#include "window/running_state.h"

#include <optional>
#include <vector>

#include "window/state_bytes.h"

namespace estream::window {

namespace {

void save_number_argument(std::string& out, const Argument& argument) {
  save_number(out, static_cast<std::int64_t>(argument.kind));
  if (argument.kind == Argument::Kind::number) argument.number.save(out);
}

std::optional<Argument> load_number_argument(VarintCursor& in) {
  Argument argument;
  const std::int64_t kind = in.varlong();
  if (kind < 0 || kind > static_cast<std::int64_t>(Argument::Kind::other)) return {};
  argument.kind = static_cast<Argument::Kind>(kind);
  if (argument.kind != Argument::Kind::number) return argument;
  const std::optional<Quantity> number = Quantity::load(in);
  if (!number) return {};
  argument.number = *number;
  return argument;
}

}  // namespace

bool RunningState::insert(std::size_t i, const Row& row) {
  for (std::size_t k = 0; k < width(); k++) {
    Argument argument = row.arguments[k];
    argument.json = {};
    arguments_.insert(i * width() + k, argument);
  }
  size_++;
  return aggregation_.add(all_.get(), row);
}

Row RunningState::row_at(std::size_t i) const {
  Row row;
  if (width() > 0) row.arguments = {&arguments_[i * width()], width()};
  return row;
}

void RunningState::pop_front(std::size_t count) {
  for (std::size_t i = 0; i < count; i++) aggregation_.remove(all_.get(), row_at(i));
  arguments_.pop_front(count * width());
  size_ -= count;
}

const std::byte* RunningState::front(std::size_t count, OwnedState& room) const {
  if (count == size_) return all_.get();
  room.reset();
  aggregation_.merge(room.get(), all_.get());
  for (std::size_t i = count; i < size_; i++) aggregation_.remove(room.get(), row_at(i));
  return room.get();
}

void RunningState::save(std::string& out) const {
  for (const Argument& argument : arguments_) save_number_argument(out, argument);
}

bool RunningState::load(std::string_view& in, std::size_t count) {
  VarintCursor cursor(in);
  std::vector<Argument> arguments(width());
  Row row;
  row.arguments = arguments;
  for (std::size_t i = 0; i < count; i++) {
    for (Argument& argument : arguments) {
      const std::optional<Argument> loaded = load_number_argument(cursor);
      if (!loaded) return false;
      argument = *loaded;
    }
    insert(i, row);
  }
  skip_what_was_read(in, cursor);
  return cursor.ok();
}

}  // namespace estream::window
