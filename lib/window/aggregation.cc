#include "window/aggregation.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/assert.h"
#include "window/aggregate_function.h"
#include "window/aggregate_parser.h"

namespace estream::window {

std::size_t ArgumentPlan::add(std::string_view expression, bool wants_json) {
  auto entry = std::ranges::find(entries, expression, &Entry::expression);
  if (entry == entries.end()) {
    entry = entries.insert(entry, {.expression = std::string(expression)});
  }
  if (wants_json) entry->wants_json = true;
  return static_cast<std::size_t>(entry - entries.begin());
}

Result<Aggregation> Aggregation::parse(std::string_view text, ArgumentPlan& arguments) {
  const std::vector<AggregateRequest> requests = TRY(parse_aggregates(text));
  Aggregation aggregation;
  for (const AggregateRequest& request : requests) {
    std::optional<std::size_t> argument;
    if (request.expression) {
      argument = arguments.add(*request.expression, request.function.wants_json);
      aggregation.argument_count_ = std::max(aggregation.argument_count_, *argument + 1);
    }
    // Percentiles of one expression keep its values once.
    std::string shared;
    if (request.function.per_mille != 0) shared = fmt::format("percentiles of {}", *argument);
    aggregation.add_output({.name = request.name, .per_mille = request.function.per_mille},
                           {.function = make_function(request.function, argument, request.size),
                            .shared = std::move(shared)});
  }
  return aggregation;
}

void Aggregation::add_output(Output output, Part part) {
  const auto same = std::ranges::find_if(parts_, [&part](const Part& other) {
    return !part.shared.empty() && part.shared == other.shared;
  });
  output.part = static_cast<std::size_t>(same - parts_.begin());
  if (same == parts_.end()) {
    part.place = state_bytes_;
    state_bytes_ += part.function->state_bytes();
    parts_.push_back(std::move(part));
  }
  output.prefix = fmt::format(",\"{}\":", output.name);
  names_.push_back(output.name);
  outputs_.push_back(std::move(output));
}

Result<void> Aggregation::append(Aggregation other) {
  for (const std::string& name : other.names_) {
    if (std::ranges::find(names_, name) == names_.end()) continue;
    return Error{Error::Code::usage, fmt::format("the name {} is there twice", name)};
  }
  argument_count_ = std::max(argument_count_, other.argument_count_);
  for (Output& output : other.outputs_) {
    Part part = other.parts_[output.part];
    add_output(std::move(output), std::move(part));
  }
  return {};
}

void Aggregation::begin(std::byte* state) const {
  for (const Part& part : parts_) part.function->begin(state + part.place);
}

void Aggregation::end(std::byte* state) const {
  for (const Part& part : parts_) part.function->end(state + part.place);
}

bool Aggregation::add(std::byte* state, const Row& row) const {
  bool is_taken = true;
  for (const Part& part : parts_) is_taken &= part.function->add(state + part.place, row);
  return is_taken;
}

void Aggregation::remove(std::byte* state, const Row& row) const {
  for (const Part& part : parts_) part.function->remove(state + part.place, row);
}

bool Aggregation::is_reversible() const {
  return std::ranges::all_of(parts_,
                             [](const Part& part) { return part.function->is_reversible(); });
}

void Aggregation::merge(std::byte* state, const std::byte* other) const {
  for (const Part& part : parts_) part.function->merge(state + part.place, other + part.place);
}

void Aggregation::append_fields(std::string& line, const std::byte* state) const {
  bool has_estimates = false;
  for (const Output& output : outputs_) {
    const Part& part = parts_[output.part];
    line.append(output.prefix);
    part.function->append(line, state + part.place, output.per_mille);
    if (part.function->is_estimate(state + part.place)) has_estimates = true;
  }
  if (!has_estimates) return;
  line.append(",\"~\":[");
  for (const Output& output : outputs_) {
    const Part& part = parts_[output.part];
    if (part.function->is_estimate(state + part.place))
      line.append("\"").append(output.name).append("\",");
  }
  line.back() = ']';
}

void Aggregation::save(std::string& out, const std::byte* state) const {
  for (const Part& part : parts_) part.function->save(out, state + part.place);
}

bool Aggregation::load(std::byte* state, std::string_view& in) const {
  VarintCursor cursor(in);
  const bool is_read = std::ranges::all_of(parts_, [&](const Part& part) {
    return part.function->load(state + part.place, cursor) && cursor.ok();
  });
  const std::string_view read = in.substr(0, in.size() - cursor.remaining());
  // There is one form for each state. Other bytes with the same meaning are not from save().
  std::string again;
  if (is_read) save(again, state);
  if (!is_read || again != read) {
    end(state);
    begin(state);
    return false;
  }
  in.remove_prefix(read.size());
  return true;
}

}  // namespace estream::window
