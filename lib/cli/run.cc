#include "cli/run.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>
#include <new>
#include <string>
#include <vector>

#include "cli/say.h"

namespace estream::cli {

namespace {

int fail(ExitStatus status, std::string_view message) {
  say(Level::error, message);
  return static_cast<int>(status);
}

int run_unprotected(int argc, char** argv, Result<ExitStatus> (*tool)(Args)) {
  const std::vector<std::string_view> args(argv + (argc > 0 ? 1 : 0), argv + argc);
  const Result<ExitStatus> status = tool(args);
  if (!status) return fail(exit_status(status.error().code), status.error().message);
  return static_cast<int>(*status);
}

}  // namespace

ExitStatus exit_status(Error::Code code) {
  switch (code) {
    case Error::Code::usage:
    case Error::Code::not_found:
    case Error::Code::exists:
    case Error::Code::io:
    case Error::Code::data:
      return ExitStatus::error;
    case Error::Code::corrupt:
      return ExitStatus::data_problem;
    case Error::Code::busy:
      return ExitStatus::temporary;
    case Error::Code::timed_out:
      return ExitStatus::timed_out;
  }
  return ExitStatus::error;
}

int run(std::string_view tool_name, int argc, char** argv, Result<ExitStatus> (*tool)(Args)) {
  try {
    name_tool(tool_name);
    return run_unprotected(argc, argv, tool);
  } catch (const std::bad_alloc&) {
    return fail(ExitStatus::error, "memory: the system has no more; ask for less at once");
  } catch (const std::exception& problem) {
    return fail(ExitStatus::error, std::string("internal: ") + problem.what());
  } catch (...) {
    return fail(ExitStatus::error, "internal: an exception of unknown kind");
  }
}

Result<ExitStatus> print(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  if (std::fflush(stdout) == 0 || errno == EPIPE) return ExitStatus::done;
  return Error{Error::Code::io, std::string("standard output: ") + std::strerror(errno)};
}

}  // namespace estream::cli
