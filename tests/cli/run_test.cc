#include "cli/run.h"

#include <doctest/doctest.h>

#include <new>
#include <stdexcept>
#include <string>

#include "cli/captured_diagnostics.h"

using namespace estream;
using namespace estream::cli;

struct RunOutcome {
  int status;
  std::string diagnostics;
};

static RunOutcome run_tool(Result<ExitStatus> (*tool)(Args)) {
  CapturedDiagnostics captured("", 0);
  std::string name = "t";
  std::string argument = "orders";
  char* argv[] = {name.data(), argument.data(), nullptr};
  const int status = run("estream-consume", 2, argv, tool);
  return {status, captured.text()};
}

TEST_CASE("a tool's status is the exit status, and nothing is said") {
  CHECK(run_tool([](Args) { return Result(ExitStatus::done); }).status == 0);
  CHECK(run_tool([](Args) { return Result(ExitStatus::no); }).status == 1);
  const RunOutcome outcome = run_tool([](Args) { return Result(ExitStatus::data_problem); });
  CHECK(outcome.status == 3);
  CHECK(outcome.diagnostics.empty());
}

TEST_CASE("a tool sees its arguments without its name") {
  const auto tool = [](Args args) {
    return Result(args.size() == 1 && args[0] == "orders" ? ExitStatus::done : ExitStatus::error);
  };
  CHECK(run_tool(tool).status == 0);
}

TEST_CASE("an error is one line on stderr") {
  const RunOutcome outcome = run_tool([](Args) -> Result<ExitStatus> {
    return Error{Error::Code::not_found, "orders: no such topic"};
  });
  CHECK(outcome.status == 2);
  CHECK(outcome.diagnostics == "estream-consume: error: orders: no such topic\n");
}

TEST_CASE("every kind of error has its exit status") {
  CHECK(static_cast<int>(exit_status(Error::Code::usage)) == 2);
  CHECK(static_cast<int>(exit_status(Error::Code::not_found)) == 2);
  CHECK(static_cast<int>(exit_status(Error::Code::exists)) == 2);
  CHECK(static_cast<int>(exit_status(Error::Code::io)) == 2);
  CHECK(static_cast<int>(exit_status(Error::Code::data)) == 2);
  CHECK(static_cast<int>(exit_status(Error::Code::corrupt)) == 3);
  CHECK(static_cast<int>(exit_status(Error::Code::busy)) == 75);
  CHECK(static_cast<int>(exit_status(Error::Code::timed_out)) == 124);
}

TEST_CASE("a stray exception ends in one line and exit status 2") {
  const RunOutcome memory = run_tool([](Args) -> Result<ExitStatus> { throw std::bad_alloc(); });
  CHECK(memory.status == 2);
  CHECK(memory.diagnostics ==
        "estream-consume: error: memory: the system has no more; ask for less at once\n");

  const RunOutcome other =
      run_tool([](Args) -> Result<ExitStatus> { throw std::runtime_error("odd"); });
  CHECK(other.status == 2);
  CHECK(other.diagnostics == "estream-consume: error: internal: odd\n");

  const RunOutcome unknown = run_tool([](Args) -> Result<ExitStatus> { throw 5; });
  CHECK(unknown.status == 2);
}
