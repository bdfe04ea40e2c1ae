#include "io/child_plan.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <string_view>

#include "io/file_limit.h"
#include "io/signals.h"

namespace estream::io {

namespace {

// Scripts number files of their own from 3 to 9 (`exec 3>file`). The lock must not be closed by it.
constexpr int smallest_lock_number = 10;

// execve() takes strings that are not const, but does not change them.
char* as_argument(const std::string& text) { return const_cast<char*>(text.c_str()); }

bool is_named(std::string_view variable, const std::string& name) {
  return variable.starts_with(name) && variable.substr(name.size()).starts_with('=');
}

// Returns 0 for a file that may be executed, or an errno.
int check_program(const std::string& path) {
  struct stat status = {};
  if (::stat(path.c_str(), &status) != 0) return errno;
  if (!S_ISREG(status.st_mode)) return EACCES;
  return ::access(path.c_str(), X_OK) == 0 ? 0 : errno;
}

}  // namespace

std::string find_program(const std::string& name, int& failure) {
  failure = ENOENT;
  if (name.empty()) return {};
  if (name.find('/') != std::string::npos) return name;
  const char* variable = std::getenv("PATH");
  std::string_view rest = variable != nullptr ? variable : "/bin:/usr/bin";
  for (bool is_last = false; !is_last;) {
    const std::size_t colon = rest.find(':');
    is_last = colon == std::string_view::npos;
    const std::string directory(rest.substr(0, colon));
    if (!is_last) rest.remove_prefix(colon + 1);
    std::string path = directory.empty() ? "./" + name : directory + "/" + name;
    const int refusal = check_program(path);
    if (refusal == 0) return path;
    // Says more than that there is none.
    if (refusal == EACCES) failure = EACCES;
  }
  return {};
}

ChildPlan::ChildPlan(std::string path, const std::vector<std::string>& arguments,
                     const Variables& environment, const Descriptors& descriptors)
    : path_(std::move(path)),
      default_signals_(changed_signals()),
      file_limit_(file_limit_before()),
      descriptors_(descriptors) {
  for (const std::string& argument : arguments) arguments_.push_back(as_argument(argument));
  arguments_.push_back(nullptr);
  for (char** variable = environ; *variable != nullptr; variable++) {
    const auto is_replaced = [&](const auto& pair) { return is_named(*variable, pair.first); };
    if (std::ranges::none_of(environment, is_replaced)) environment_.push_back(*variable);
  }
  for (const auto& [name, value] : environment) variables_.push_back(name + "=" + value);
  for (const std::string& variable : variables_) environment_.push_back(as_argument(variable));
  environment_.push_back(nullptr);
}

void ChildPlan::run(const sigset_t& mask, int parent) const {
  int failure = prepare(parent);
  if (failure == 0) {
    ::sigprocmask(SIG_SETMASK, &mask, nullptr);
    ::execve(path_.c_str(), arguments_.data(), environment_.data());
    failure = errno;
  }
  [[maybe_unused]] const auto ignored = ::write(descriptors_.report, &failure, sizeof failure);
  ::_exit(127);
}

int ChildPlan::prepare(int parent) const {
  for (const int signal : default_signals_) ::signal(signal, SIG_DFL);
  if (::setpgid(0, 0) != 0) return errno;
  if (::prctl(PR_SET_PDEATHSIG, SIGTERM) != 0) return errno;
  // It may have ended before that; then no signal comes.
  if (::getppid() != parent) return ESRCH;
  if (::dup2(descriptors_.input, STDIN_FILENO) < 0) return errno;
  if (descriptors_.output >= 0 && ::dup2(descriptors_.output, STDOUT_FILENO) < 0) return errno;
  // For what this process has inherited; its own are close-on-exec anyway. So an old kernel without
  // this call does no harm.
  ::close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC);
  // A copy is not close-on-exec.
  if (descriptors_.lock >= 0 && ::fcntl(descriptors_.lock, F_DUPFD, smallest_lock_number) < 0) {
    return errno;
  }
  if (!file_limit_) return 0;
  struct rlimit limit = {};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return errno;
  limit.rlim_cur = *file_limit_;
  return ::setrlimit(RLIMIT_NOFILE, &limit) == 0 ? 0 : errno;
}

}  // namespace estream::io
