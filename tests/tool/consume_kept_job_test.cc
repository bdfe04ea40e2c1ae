#include <doctest/doctest.h>

#include "support/jobs.h"
#include "support/temporary_directory.h"

using namespace estream;

namespace {

// Prints the lines of each batch and acknowledges it.
const std::string echo_lines =
    R"(while read -r line; do printf '%s\n' "$line"; [ -n "$line" ] || break; done; )";

}  // namespace

TEST_CASE("a kept command processes one batch after the other in one process") {
  tool::KeptJob job({.command = {"cat"}}, -1);
  check(run(job, "a\nb\n"), Kind::done, "a\nb\n");
  const int pid = job.pid();
  check(run(job, "c\n"), Kind::done, "c\n");
  // An empty batch is only the empty record.
  check(run(job, ""), Kind::done, "");
  CHECK(job.pid() == pid);
  CHECK(*job.end() == std::nullopt);
  CHECK(job.pid() == -1);
  CHECK(has_no_child());
}

TEST_CASE("a kept command is written to and read from in turn") {
  const std::string text = many_lines(5 << 20);
  tool::KeptJob job({.command = {"cat"}}, -1);
  check(run(job, text), Kind::done, text);
  check(run(job, text), Kind::done, text);
}

TEST_CASE("a kept command may use other delimiters, and print them in pieces") {
  tool::JobOptions options = {.command = {"dd", "bs=1", "status=none"}, .delimiter = "--"};
  tool::KeptJob job(options, -1);
  // Neither the odd dash nor the two in the middle are an empty record.
  check(run(job, "a---b--"), Kind::done, "a---b--");
  check(run(job, "-a--"), Kind::done, "-a--");
  // Both delimiters come in two pieces.
  options.command = {"sh", "-c",
                     "head -c 5 >/dev/null; for piece in a- - - -; do printf %s \"$piece\"; "
                     "sleep 0.02; done; exec sleep 300"};
  check(run_kept(options, "a--"), Kind::done, "a--");
  options = {.command = {"cat"}, .delimiter = std::string(1, '\0')};
  tool::KeptJob zero(options, -1);
  const std::string text("a\n\nb\0c\0", 7);
  check(run(zero, text), Kind::done, text);
}

TEST_CASE("a kept command that ends before it acknowledges has failed") {
  check(run_kept(shell_job("exit 0"), "a\n"), Kind::failed,
        "the command ended before it acknowledged the batch");
  check(run_kept(shell_job("exit 3"), "a\n"), Kind::failed,
        "the command exited with 3 before it acknowledged the batch");
  check(run_kept(shell_job("exit 75"), "a\n"), Kind::later, "the command exited with 75");
  check(run_kept(shell_job("kill -KILL $$"), "a\n"), Kind::failed,
        "the command was killed by signal 9 (KILL) before it acknowledged the batch");
  // In the middle of a batch that no pipe holds, and in the middle of its answer.
  const std::string text = many_lines(3 << 20);
  check(run_kept(shell_job("head -n 3; exit 0"), text), Kind::failed,
        "the command ended before it acknowledged the batch");
  check(run_kept(shell_job("head -n 3; exit 75"), text), Kind::later, "the command exited with 75");
}

TEST_CASE("after a failure a kept command is started anew") {
  const TemporaryDirectory temporary;
  tool::JobOptions options =
      shell_job(R"([ -e "$0" ] || { : >"$0"; read -r line; echo "$line"; exit 1; }; exec cat)");
  options.command.push_back(temporary / "tried");
  tool::KeptJob job(options, -1);
  check(run(job, "a\nb\n"), Kind::failed,
        "the command exited with 1 before it acknowledged the batch");
  CHECK(job.pid() == -1);
  check(run(job, "a\nb\n"), Kind::done, "a\nb\n");
}

TEST_CASE("a kept command may end after an acknowledgement, whenever that is seen") {
  for (const char* status : {"0", "1", "75"}) {
    CAPTURE(status);
    tool::KeptJob job(shell_job(echo_lines + "exit " + status), -1);
    // The next batch is often written before the process is gone.
    for (int i = 0; i < 50; i++) {
      const std::string text = std::to_string(i) + "\n";
      check(run(job, text), Kind::done, text);
    }
  }
}

TEST_CASE("a kept command that is killed between two batches is replaced") {
  tool::KeptJob job({.command = {"cat"}}, -1);
  check(run(job, "a\n"), Kind::done, "a\n");
  const WatchedProcess process(job.pid());
  process.kill();
  CHECK(process.ends());
  check(run(job, "b\n"), Kind::done, "b\n");
}

TEST_CASE("a batch of which a kept command has read something fails with it") {
  tool::KeptJob job(shell_job(echo_lines + "read -r line; exit 0"), -1);
  check(run(job, "a\n"), Kind::done, "a\n");
  check(run(job, "b\n"), Kind::failed, "the command ended before it acknowledged the batch");
  check(run(job, "b\n"), Kind::done, "b\n");
}

TEST_CASE("a kept command that prints between two batches has failed") {
  // In one write with the acknowledgement: it is there when the next batch begins.
  tool::KeptJob job(shell_job("read -r a; read -r b; printf 'x\\n\\nstray\\n'; exec cat"), -1);
  check(run(job, "a\n"), Kind::done, "x\n");
  check(run(job, "b\n"), Kind::failed, "the command printed something between two batches");
  CHECK(job.pid() == -1);
  check(run(job, "b\n"), Kind::done, "x\n");
}

TEST_CASE("a kept command that acknowledges what it has not read has failed") {
  const std::string reason = "the command acknowledged the batch before it had read all of it";
  check(run_kept(shell_job("echo; exec sleep 300"), "a\n"), Kind::failed, reason);
  check(run_kept(shell_job("echo; exec sleep 300"), many_lines(3 << 20)), Kind::failed, reason);
}

TEST_CASE("a kept command that closes a pipe before it acknowledges has failed") {
  tool::JobOptions options = shell_job("exec <&-; exec sleep 300");
  options.grace_ns = 20'000'000;
  check(run_kept(options, many_lines(3 << 20)), Kind::failed,
        "the command closed its input before it acknowledged the batch");
  options.command.back() = "exec >&-; cat; exec sleep 300";
  check(run_kept(options, "a\n"), Kind::failed,
        "the command closed its output before it acknowledged the batch");
  // It has some time to end by itself, and its own status tells more.
  for (const char* closed : {"<&-", ">&-"}) {
    const std::string script = std::string("exec ") + closed + "; sleep 0.05; exit 3";
    check(run_kept(shell_job(script), many_lines(3 << 20)), Kind::failed,
          "the command exited with 3 before it acknowledged the batch");
  }
}

TEST_CASE("the output of a kept command is limited for each batch") {
  tool::JobOptions options = {.command = {"cat"}};
  options.output_bytes_max = 10;
  tool::KeptJob job(options, -1);
  check(run(job, "123456789\n"), Kind::done, "123456789\n");
  check(run(job, "123456789\n"), Kind::done, "123456789\n");
  check(run(job, "1234567890\n"), Kind::failed, "the command printed more than 10B (--max-output)");
  options.command = {"yes"};
  check(run_kept(options, "a\n"), Kind::failed, "the command printed more than 10B (--max-output)");
}

TEST_CASE("each batch of a kept command has its own time") {
  tool::JobOptions options = shell_job(echo_lines + "cat >/dev/null");
  options.timeout_ns = 30 * second_ns;
  tool::KeptJob job(options, -1);
  check(run(job, "a\n"), Kind::done, "a\n");
  REQUIRE(job.start({.text = "b\n", .environment = {}}));
  CHECK(job.deadline_ns() == 0);
  CHECK(!*job.step(100 * second_ns));
  CHECK(job.deadline_ns() == 130 * second_ns);
  std::optional<tool::JobOutcome> outcome = *job.step(130 * second_ns);
  if (!outcome) outcome = finish(job);
  check(*outcome, Kind::failed, "the command took longer than 30s");
}

TEST_CASE("the end of a kept command is told if it is not quiet") {
  const auto end_after_a_batch = [](tool::JobOptions options) {
    options.grace_ns = 60 * second_ns;
    tool::KeptJob job(options, -1);
    check(run(job, "a\n"), Kind::done, "a\n");
    const auto complaint = job.end();
    REQUIRE(complaint);
    CHECK(has_no_child());
    return *complaint;
  };
  CHECK(end_after_a_batch(shell_job("cat")) == std::nullopt);
  CHECK(end_after_a_batch(shell_job("cat; exit 3")) == "the command exited with 3");
  CHECK(end_after_a_batch(shell_job("cat; echo sum")) ==
        "the command printed something after its last batch, which is dropped");
  // More than a pipe holds does not keep it from its end.
  CHECK(end_after_a_batch(shell_job("cat; yes | head -c 1000000")) ==
        "the command printed something after its last batch, which is dropped");
}

TEST_CASE("a kept command that does not end is ended by force") {
  tool::JobOptions options = shell_job("trap '' TERM; cat; " + stay);
  options.grace_ns = 20'000'000;
  tool::KeptJob job(options, -1);
  check(run(job, "a\n"), Kind::done, "a\n");
  const WatchedProcess process(job.pid());
  CHECK(*job.end() == "the command went on for 0.02s after the end of its input");
  CHECK(process.has_ended());
  CHECK(has_no_child());
}

TEST_CASE("the end of a kept command in the middle of a batch gives the batch up") {
  tool::KeptJob job(shell_job("echo begin; cat >/dev/null"), -1);
  REQUIRE(job.start({.text = "a\n", .environment = {}}));
  CHECK(!*job.step(0));
  CHECK(*job.end() == std::nullopt);
  CHECK(!job.is_running());
  CHECK(has_no_child());
}
