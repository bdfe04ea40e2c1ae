#pragma once

#include <csignal>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace estream::io {

// What a child of vfork() does until it becomes another program. Meanwhile it works in the memory
// of this process, whose other threads go on. So everything is prepared before: run() changes no
// memory, and makes async-signal-safe calls only.
class ChildPlan {
 public:
  using Variables = std::vector<std::pair<std::string, std::string>>;

  struct Descriptors {
    int input = -1;   // Becomes 0.
    int output = -1;  // Becomes 1; -1 leaves 1 as it is.
    int lock = -1;    // Stays open, with another number; -1 for none.
    int report = -1;  // Gets the errno, an int, when the program cannot be executed.
  };

  // `arguments` must outlive the plan.
  ChildPlan(std::string path, const std::vector<std::string>& arguments,
            const Variables& environment, const Descriptors& descriptors);
  ChildPlan(const ChildPlan&) = delete;
  ChildPlan& operator=(const ChildPlan&) = delete;

  // To be called in the child, where all signals are still blocked. `mask` is the mask of the
  // program, `parent` the process that must still be there.
  [[noreturn]] void run(const sigset_t& mask, int parent) const;

 private:
  // Returns 0, or the errno of the failure.
  int prepare(int parent) const;

  std::string path_;
  std::vector<std::string> variables_;
  std::vector<char*> arguments_;    // With a null pointer at the end, as execve wants it.
  std::vector<char*> environment_;  // The same.
  std::vector<int> default_signals_;
  std::optional<std::uint64_t> file_limit_;
  Descriptors descriptors_;
};

// The file that is executed for `name`: itself if it has a slash, else the first executable of this
// name in the directories of PATH. Returns an empty string and sets `failure` to an errno if there
// is none.
std::string find_program(const std::string& name, int& failure);

}  // namespace estream::io
