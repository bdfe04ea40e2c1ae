#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "support/jobs.h"
#include "support/temporary_directory.h"

using namespace estream;

TEST_CASE("a command for each batch reads all of it and is done with status 0") {
  const std::string text = many_lines(3 << 20);
  tool::BatchJob job({.command = {"cat"}, .reads_output = true}, -1);
  check(run(job, text), Kind::done, text);
  check(run(job, "second\n"), Kind::done, "second\n");
  CHECK(has_no_child());
}

TEST_CASE("a batch is a file that can be read twice, but not written") {
  check(run_batch(shell_job("cat; cat /dev/stdin; stat -L -c %F-%s /dev/stdin"), "a\nb\n"),
        Kind::done, "a\nb\na\nb\nregular file-4\n");
  check(run_batch(shell_job("echo x 2>/dev/null >&0 || echo refused; cat"), "a\nb\n"), Kind::done,
        "refused\na\nb\n");
}

TEST_CASE("a second attempt reads the batch from its beginning") {
  const TemporaryDirectory temporary;
  tool::JobOptions options = shell_job("cat; [ -e \"$0\" ] || { : >\"$0\"; exit 1; }");
  options.command.push_back(temporary / "tried");
  tool::BatchJob twice(options, -1);
  check(run(twice, "a\nb\n"), Kind::failed, "the command exited with 1");
  check(run(twice, "a\nb\n"), Kind::done, "a\nb\n");
}

TEST_CASE("a command may leave its input alone, and print an incomplete line") {
  check(run_batch(shell_job("printf a"), many_lines(3 << 20)), Kind::done, "a");
  check(run_batch(shell_job(":"), ""), Kind::done, "");
}

TEST_CASE("an exit status other than 0 is a failure, and 75 means later") {
  for (const int status : {1, 2, 74, 76, 126, 255}) {
    check(run_batch(shell_job("echo lost; exit " + std::to_string(status)), "a\n"), Kind::failed,
          "the command exited with " + std::to_string(status));
  }
  check(run_batch(shell_job("echo lost; exit 75"), "a\n"), Kind::later,
        "the command exited with 75");
  check(run_batch(shell_job("kill -KILL $$"), "a\n"), Kind::failed,
        "the command was killed by signal 9 (KILL)");
  check(run_batch(shell_job("kill -TERM $$"), "a\n"), Kind::failed,
        "the command was killed by signal 15 (TERM)");
}

TEST_CASE("a command that cannot be started is an error of the start") {
  tool::BatchJob batch({.command = {"estream-no-such-program"}}, -1);
  const auto refused = batch.start({.text = "a\n", .environment = {}});
  REQUIRE(!refused);
  CHECK(refused.error().message ==
        "estream-no-such-program: cannot be started: No such file or directory");
  CHECK(!batch.is_running());
  tool::KeptJob kept({.command = {"estream-no-such-program"}}, -1);
  CHECK(!kept.start({.text = "a\n", .environment = {}}));
  CHECK(!kept.is_running());
  CHECK(kept.pid() == -1);
  CHECK(*kept.end() == std::nullopt);
}

TEST_CASE("a command gets the variables of its batch and the lock of its partition") {
  const TemporaryDirectory temporary;
  const std::string path = temporary / "lock";
  const int lock = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  tool::BatchJob batch(shell_job("echo $FIRST; readlink /proc/$$/fd/* | grep lock"), lock);
  REQUIRE(batch.start({.text = "", .environment = {{"FIRST", "17"}}}));
  check(*finish(batch), Kind::done, "17\n" + path + "\n");
  tool::KeptJob kept(shell_job("echo $FIRST; readlink /proc/$$/fd/* | grep lock; cat"), lock);
  REQUIRE(kept.start({.text = "", .environment = {{"FIRST", "18"}}}));
  check(*finish(kept), Kind::done, "18\n" + path + "\n");
  ::close(lock);
}

TEST_CASE("without a pipe the command prints to the standard output of this process") {
  const auto own = descriptor_of(::getpid(), 1);
  // A FIFO, so that the process is still there when the test looks at it.
  const TemporaryDirectory temporary;
  const std::string path = temporary / "fifo";
  REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
  tool::BatchJob waiting({.command = {"cat", path}}, -1);
  REQUIRE(waiting.start({.text = "", .environment = {}}));
  CHECK(descriptor_of(waiting.pid(), 1) == own);
  std::vector<io::PollEntry> entries;
  waiting.add_poll_entries(entries);
  CHECK(entries.size() == 1);
  std::ofstream(path).close();
  check(*finish(waiting), Kind::done, "");
}

TEST_CASE("a command that takes too long gets SIGTERM, and SIGKILL after the grace") {
  const TemporaryDirectory temporary;
  tool::JobOptions options = shell_job(R"(trap ': >"$0/termed"' TERM; : >"$0/ready"; )" + stay);
  options.command.push_back(temporary.path());
  options.timeout_ns = 30 * second_ns;
  tool::BatchJob job(options, -1);
  REQUIRE(job.start({.text = "a\n", .environment = {}}));
  CHECK(job.deadline_ns() == 0);
  // The time begins with the first step.
  step_until(job, 100 * second_ns, temporary / "ready");
  CHECK(job.deadline_ns() == 130 * second_ns);
  CHECK(!*job.step(130 * second_ns - 1));
  CHECK(job.deadline_ns() == 130 * second_ns);
  step_until(job, 130 * second_ns, temporary / "termed");
  CHECK(job.deadline_ns() == 135 * second_ns);
  CHECK(!*job.step(135 * second_ns - 1));
  CHECK(job.deadline_ns() == 135 * second_ns);
  std::optional<tool::JobOutcome> outcome = *job.step(135 * second_ns);
  CHECK(!job.deadline_ns());
  if (!outcome) outcome = finish(job);
  check(*outcome, Kind::failed, "the command took longer than 30s");
}

TEST_CASE("the time and the grace are those of the options") {
  tool::JobOptions options = shell_job("trap '' TERM; " + stay);
  options.timeout_ns = 50'000'000;
  options.grace_ns = 50'000'000;
  check(run_batch(options, "a\n"), Kind::failed, "the command took longer than 0.05s");
  check(run_kept(options, "a\n"), Kind::failed, "the command took longer than 0.05s");
}

TEST_CASE("nothing of a command that took too long works on beside the next attempt") {
  tool::JobOptions options = shell_job(
      R"((trap '' TERM; echo ready >"$0/ready"; exec sleep 300) & echo $! >"$0/id"; wait)");
  options.reads_output = false;
  options.timeout_ns = second_ns;
  for (const bool is_kept : {false, true}) {
    CAPTURE(is_kept);
    const TemporaryDirectory temporary;
    tool::JobOptions own = options;
    own.command.push_back(temporary.path());
    tool::BatchJob batch(own, -1);
    tool::KeptJob kept(own, -1);
    tool::Job& job = is_kept ? static_cast<tool::Job&>(kept) : batch;
    REQUIRE(job.start({.text = "a\n", .environment = {}}));
    CHECK(!*job.step(0));
    const WatchedProcess grandchild(std::stoi(line_of(temporary / "id")));
    CHECK(line_of(temporary / "ready") == "ready");
    // Before the grace is over.
    std::optional<tool::JobOutcome> outcome;
    while (!outcome) outcome = *job.step(second_ns);
    check(*outcome, Kind::failed, "the command took longer than 1s");
    CHECK(grandchild.ends());
  }
}

TEST_CASE("a process that is left behind with the output open keeps the batch in work") {
  const TemporaryDirectory temporary;
  const std::string fifo = temporary / "fifo";
  REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
  tool::JobOptions options = shell_job(R"(echo early; { cat "$0"; echo late; } &)");
  options.command.push_back(fifo);
  tool::BatchJob job(options, -1);
  REQUIRE(job.start({.text = "a\n", .environment = {}}));
  const WatchedProcess process(job.pid());
  CHECK(process.ends());
  CHECK(!*job.step(0));
  // What has ended is not waited for again: that would take all of a processor.
  std::vector<io::PollEntry> entries;
  job.add_poll_entries(entries);
  CHECK(entries.size() == 1);
  std::ofstream(fifo) << "middle\n";
  check(*finish(job), Kind::done, "early\nmiddle\nlate\n");
}

TEST_CASE("a process that is left behind with the output open ends with the timeout") {
  tool::JobOptions options = shell_job("sleep 300 & ");
  options.timeout_ns = 50'000'000;
  check(run_batch(options, "a\n"), Kind::failed, "the command took longer than 0.05s");
  // Also one that no signal to the group reaches.
  options = shell_job(R"(setsid sleep 300 & echo $! >"$0"; )" +
                      std::string("while [ $(ps -o pgid= $!) = $$ ]; do :; done"));
  const TemporaryDirectory temporary;
  options.command.push_back(temporary / "id");
  options.timeout_ns = second_ns;
  options.grace_ns = second_ns;
  tool::BatchJob job(options, -1);
  REQUIRE(job.start({.text = "a\n", .environment = {}}));
  const WatchedProcess process(job.pid());
  CHECK(process.ends());
  CHECK(!*job.step(0));
  CHECK(!*job.step(second_ns));
  const WatchedProcess left(std::stoi(line_of(temporary / "id")));
  check(**job.step(2 * second_ns), Kind::failed, "the command took longer than 1s");
  CHECK(!left.has_ended());
  left.kill();
}

TEST_CASE("a process that is left behind and prints nothing is not waited for, and lives on") {
  const LeftBehind left;
  check(run_batch(shell_job(left.script()), "a\n"), Kind::done, "");
  CHECK(left.answers());
}

TEST_CASE("output is limited, and the limit itself is allowed") {
  tool::JobOptions options = shell_job("head -c 100000 /dev/zero");
  options.output_bytes_max = 100'000;
  CHECK(run_batch(options, "a\n").output == std::string(100'000, '\0'));
  options.output_bytes_max = 99'999;
  check(run_batch(options, "a\n"), Kind::failed,
        "the command printed more than 98KiB (--max-output)");
  // Also of a command that never ends by itself.
  options = shell_job("yes");
  options.output_bytes_max = 64 << 20;
  check(run_batch(options, "a\n"), Kind::failed,
        "the command printed more than 64MiB (--max-output)");
}

TEST_CASE("what a command prints to standard error holds up nothing") {
  const int before = ::dup(2);
  const int null = ::open("/dev/null", O_WRONLY);
  ::dup2(null, 2);
  const auto outcome = run_batch(shell_job("head -c 100000000 /dev/zero >&2; cat"), "a\n");
  ::dup2(before, 2);
  ::close(null);
  ::close(before);
  check(outcome, Kind::done, "a\n");
}

TEST_CASE("a batch that is given up ends its process") {
  tool::BatchJob job(shell_job("cat; exec sleep 300"), -1);
  REQUIRE(job.start({.text = "a\n", .environment = {}}));
  const WatchedProcess process(job.pid());
  CHECK(*job.end() == std::nullopt);
  CHECK(process.has_ended());
  CHECK(!job.is_running());
  CHECK(has_no_child());
}
