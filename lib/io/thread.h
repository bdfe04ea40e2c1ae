#pragma once

#include <functional>
#include <thread>

#include "base/result.h"

namespace estream::io {

// Starts a thread that the caller joins. An error when the system allows no more threads, by
// `ulimit -u` or the pids.max of a cgroup.
Result<std::thread> start_thread(std::function<void()> body);

}  // namespace estream::io
