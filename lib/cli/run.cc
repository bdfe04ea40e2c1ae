#include "cli/run.h"

#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <memory>
#include <new>
#include <string>
#include <vector>

#include "cli/say.h"
#include "io/file_limit.h"

namespace estream::cli {

namespace {

int fail(ExitStatus status, std::string_view message) {
  say(Level::error, message);
  return static_cast<int>(status);
}

constexpr const char* no_memory = "memory: the system has no more; ask for less at once";

// Let go where memory has run out, so that this can be said.
std::unique_ptr<std::byte[]> reserve;
constexpr std::size_t reserve_bytes = 64 << 10;

// Exceptions that leave a thread come here, for a thread has nobody to answer to. What it did not
// finish is left as by a kill.
[[noreturn]] void end_at_once() {
  reserve.reset();
  try {
    if (const auto problem = std::current_exception()) std::rethrow_exception(problem);
  } catch (const std::bad_alloc&) {
    std::_Exit(fail(ExitStatus::error, no_memory));
  } catch (const std::exception& problem) {
    fail(ExitStatus::error, std::string("internal: ") + problem.what());
  } catch (...) {
  }
  std::abort();
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
    reserve = std::make_unique<std::byte[]>(reserve_bytes);
    std::set_terminate(end_at_once);
    io::raise_file_limit();
    return run_unprotected(argc, argv, tool);
  } catch (const std::bad_alloc&) {
    return fail(ExitStatus::error, no_memory);
  } catch (const std::exception& problem) {
    return fail(ExitStatus::error, std::string("internal: ") + problem.what());
  } catch (...) {
    return fail(ExitStatus::error, "internal: an exception of unknown kind");
  }
}

Result<ExitStatus> print(std::string_view text) {
  const bool is_written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
  if ((is_written && std::fflush(stdout) == 0) || errno == EPIPE) return ExitStatus::done;
  return Error{Error::Code::io, std::string("standard output: ") + std::strerror(errno)};
}

}  // namespace estream::cli
