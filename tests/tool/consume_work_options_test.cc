#include "tool/consume/work_options.h"

#include <doctest/doctest.h>

namespace estream::tool {

namespace {

constexpr std::int64_t second = 1'000'000'000;

GroupOptions group() {
  GroupOptions options;
  options.name = "g";
  return options;
}

std::string refusal(const WorkArguments& typed, const std::optional<GroupOptions>& of = group()) {
  const auto work = read_work(typed, of, "/srv", "\n");
  REQUIRE(!work);
  CHECK(work.error().code == Error::Code::usage);
  return work.error().message;
}

}  // namespace

TEST_CASE("pauses are doubled up to the longest") {
  const Backoff backoff = *parse_backoff("1s..10s");
  CHECK(backoff.pause_ns(1) == 1 * second);
  CHECK(backoff.pause_ns(2) == 2 * second);
  CHECK(backoff.pause_ns(4) == 8 * second);
  CHECK(backoff.pause_ns(5) == 10 * second);
  CHECK(backoff.pause_ns(1000) == 10 * second);
  CHECK(parse_backoff("2s..2s")->pause_ns(7) == 2 * second);
  CHECK(parse_backoff("0..0")->pause_ns(100) == 0);
  for (const char* const wrong : {"", "1s", "1s..", "..1s", "2s..1s", "1..2", "1s...2s"}) {
    CHECK(!parse_backoff(wrong));
  }
}

TEST_CASE("events are only printed without a command and a topic") {
  CHECK(!*read_work({}, group(), "/srv", "\n"));
  CHECK(!*read_work({}, std::nullopt, "/srv", "\n"));
}

TEST_CASE("a command has batches of 1000, and a topic alone larger ones") {
  WorkArguments typed;
  typed.command = {"cat"};
  CHECK((*read_work(typed, group(), "/srv", "\n"))->batch_events == 1000);
  CHECK((*read_work(typed, group(), "/srv", "\n"))->jobs == 1);
  typed.is_kept = true;
  CHECK((*read_work(typed, group(), "/srv", "\n"))->jobs > 10'000);
  WorkArguments copy;
  copy.into = "out";
  const auto work = *read_work(copy, group(), "/srv", "\n");
  CHECK(work->batch_events == 100'000);
  CHECK(work->into->target.topic.root == "/srv");
  CHECK(work->into->target.topic.name == "out");
}

TEST_CASE("options that need others are refused without them") {
  WorkArguments command;
  command.command = {"cat"};
  WorkArguments into;
  into.into = "out";
  CHECK(refusal(into, std::nullopt) == "option --into: needs -g GROUP");
  WorkArguments kept;
  kept.is_kept = true;
  CHECK(refusal(kept) == "option --keep: needs a command: -- CMD");
  WorkArguments keyed = command;
  keyed.key_field = *json::parse_path(".k");
  CHECK(refusal(keyed) == "option --key-field: needs --into TOPIC");
  WorkArguments limited = command;
  limited.dead_letter_limit = 1;
  CHECK(refusal(limited) == "option --dlq-limit: needs --dlq TOPIC");
  WorkArguments same = command;
  same.into = same.dead_letters = "out";
  CHECK(refusal(same) == "options --into and --dlq: name the same topic; give each another one");
  WorkArguments part = command;
  part.into = "out:1";
  CHECK(refusal(part) == "option --into: out:1 names partitions; write the topic alone");
}

}  // namespace estream::tool
