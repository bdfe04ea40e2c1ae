#pragma once

#include <doctest/doctest.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
// glibc 2.36 declares it as if it were C++.
extern "C" {
#include <sys/pidfd.h>
}
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <utility>

#include "support/temporary_directory.h"

namespace estream {

// As a tool does: a write to a closed pipe gives an errno.
inline const auto previous_sigpipe_handler = ::signal(SIGPIPE, SIG_IGN);

// What a descriptor of a process leads to.
inline std::string descriptor_of(int id, int fd) {
  return std::filesystem::read_symlink("/proc/" + std::to_string(id) + "/fd/" + std::to_string(fd));
}

// All descriptors of a process that opens and closes none meanwhile.
inline std::map<int, std::string> descriptors_of(int id) {
  std::map<int, std::string> found;
  const std::string directory = "/proc/" + std::to_string(id) + "/fd";
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    const int fd = std::stoi(entry.path().filename());
    found[fd] = descriptor_of(id, fd);
  }
  return found;
}

// A process, also one that another process has started. It can tell when that one is gone although
// its id is used again.
class WatchedProcess {
 public:
  explicit WatchedProcess(int id) : fd_(::pidfd_open(id, 0)) { REQUIRE(fd_ >= 0); }
  ~WatchedProcess() { ::close(fd_); }
  WatchedProcess(const WatchedProcess&) = delete;
  WatchedProcess& operator=(const WatchedProcess&) = delete;

  bool has_ended() const { return ends_within(0); }
  // False only when something is wrong: a minute is enough on any machine.
  bool ends() const { return ends_within(60'000); }
  void kill() const { ::pidfd_send_signal(fd_, SIGKILL, nullptr, 0); }

 private:
  bool ends_within(int timeout_ms) const {
    pollfd entry = {fd_, POLLIN, 0};
    return ::poll(&entry, 1, timeout_ms) == 1;
  }

  int fd_;
};

// Waits until a file has a whole line, and returns it without its end.
inline std::string line_of(const std::string& path) {
  for (int tries = 0; tries < 6000; tries++) {
    std::ifstream file(path);
    std::string line;
    if (std::getline(file, line) && !file.eof()) return line;
    ::usleep(10'000);
  }
  FAIL("nobody has written " << path);
  return {};
}

// A process that a script leaves behind, without its output, and that ends when it is asked to.
class LeftBehind {
 public:
  LeftBehind() {
    REQUIRE(::mkfifo(fifo().c_str(), 0600) == 0);
    // For reading, too: so the open does not wait for the process.
    fd_ = ::open(fifo().c_str(), O_RDWR | O_CLOEXEC);
    REQUIRE(fd_ >= 0);
  }
  ~LeftBehind() { ::close(fd_); }
  LeftBehind(const LeftBehind&) = delete;
  LeftBehind& operator=(const LeftBehind&) = delete;

  std::string script() const {
    return "{ read -r line <" + fifo() + "; echo \"$line\" >" + answer() + "; } >&- &";
  }
  bool answers() const { return ::write(fd_, "alive\n", 6) == 6 && line_of(answer()) == "alive"; }

 private:
  std::string fifo() const { return directory_ / "fifo"; }
  std::string answer() const { return directory_ / "answer"; }

  TemporaryDirectory directory_;
  int fd_ = -1;
};

// Runs `body`, which returns a bool, in a process of its own, and returns that.
template <class Body>
bool in_own_process(Body body) {
  const pid_t id = ::fork();
  REQUIRE(id >= 0);
  if (id == 0) ::_exit(body() ? 0 : 1);
  int status = -1;
  REQUIRE(::waitpid(id, &status, 0) == id);
  return status == 0;
}

// This process has no child, not even one that has ended.
inline bool has_no_child() { return ::waitpid(-1, nullptr, WNOHANG) == -1 && errno == ECHILD; }

}  // namespace estream
