#include "cli/run.h"

#include <cxxabi.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <memory>
#include <new>
#include <string>
#include <thread>
#include <typeinfo>
#include <vector>

#include "io/file_limit.h"
#include "text/say.h"

namespace estream::cli {

namespace {

int fail(ExitStatus status, std::string_view message) {
  text::say(text::Level::error, message);
  return static_cast<int>(status);
}

constexpr const char* no_memory = "memory: the system has no more; ask for less at once";

// Let go where memory has run out, so that this can be said.
std::unique_ptr<std::byte[]> reserve;
constexpr std::size_t reserve_bytes = 64 << 10;

// The same as a whole line, made at the start: several threads can run out at once, and the reserve
// serves only one of them.
std::string no_memory_line;

// Exceptions that leave a thread come here, for a thread has nobody to answer to. What it did not
// finish is left as by a kill. Without memory not even the exception can be thrown once more, so
// its type is asked for instead.
[[noreturn]] void end_at_once() {
  static std::atomic_flag is_ending;
  while (is_ending.test_and_set()) std::this_thread::sleep_for(std::chrono::seconds(1));
  const std::type_info* type = abi::__cxa_current_exception_type();
  if (type != nullptr && *type == typeid(std::bad_alloc)) {
    std::fwrite(no_memory_line.data(), 1, no_memory_line.size(), stderr);
    std::_Exit(static_cast<int>(ExitStatus::error));
  }
  try {
    if (const auto problem = std::current_exception()) std::rethrow_exception(problem);
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
    text::name_tool(tool_name);
    reserve = std::make_unique<std::byte[]>(reserve_bytes);
    no_memory_line = std::string(tool_name) + ": error: " + no_memory + "\n";
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
