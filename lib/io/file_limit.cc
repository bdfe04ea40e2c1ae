#include "io/file_limit.h"

#include <sys/resource.h>

namespace estream::io {

namespace {

std::optional<std::uint64_t> before;

}  // namespace

void raise_file_limit() {
  rlimit limit = {};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= limit.rlim_max) return;
  const rlim_t soft = limit.rlim_cur;
  limit.rlim_cur = limit.rlim_max;
  if (::setrlimit(RLIMIT_NOFILE, &limit) == 0) before = soft;
}

std::optional<std::uint64_t> file_limit_before() { return before; }

}  // namespace estream::io
