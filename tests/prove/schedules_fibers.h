#pragma once

#include <ucontext.h>

#include <array>
#include <cstddef>
#include <functional>
#include <memory>

namespace estream::prove::interleave {

// Stacks that one thread runs on in turn. Threads of the kernel would do, and each switch would
// wait for its turn among whatever else the machine does.
class Fibers {
 public:
  static constexpr int count = 4;
  static constexpr int main = count;  // The stack of whoever made this.

  // `work` is called on each fiber with its number, and again when it returns.
  explicit Fibers(std::function<void(int)> work);
  Fibers(const Fibers&) = delete;
  Fibers& operator=(const Fibers&) = delete;

  // Goes on with another fiber, and returns when somebody goes on with this one.
  void go_on_with(int fiber);

 private:
  static constexpr std::size_t stack_bytes = 512 << 10;

  struct Stack {
    std::unique_ptr<std::byte[]> bytes = {};
    const void* bottom = nullptr;
    std::size_t size = 0;
    void* shadow = nullptr;  // What the address sanitizer keeps for a stack that is not in use.
    ucontext_t context = {};
  };

  static void prepare(Stack& stack);
  static void enter();
  void arrive(int fiber);

  std::function<void(int)> work_;
  std::array<Stack, count + 1> stacks_;
  int current_ = main;
};

}  // namespace estream::prove::interleave
