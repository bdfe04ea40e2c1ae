#include "io/thread.h"

#include <string>
#include <system_error>
#include <utility>

namespace estream::io {

Result<std::thread> start_thread(std::function<void()> body) {
  try {
    return std::thread(std::move(body));
  } catch (const std::system_error& problem) {
    return Error{Error::Code::io, "cannot start a thread: " + problem.code().message() +
                                      "; raise the limit of processes (ulimit -u)"};
  }
}

}  // namespace estream::io
