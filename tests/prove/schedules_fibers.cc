#include "prove/schedules_fibers.h"

#include <utility>

#include "base/assert.h"

#if defined(__SANITIZE_ADDRESS__)
#define HAS_ADDRESS_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAS_ADDRESS_SANITIZER 1
#endif
#endif

#ifdef HAS_ADDRESS_SANITIZER
#include <sanitizer/common_interface_defs.h>
#endif

namespace estream::prove::interleave {

namespace {

Fibers* entering = nullptr;  // makecontext() hands over nothing but numbers.

void leave_stack([[maybe_unused]] void** shadow, [[maybe_unused]] const void* bottom,
                 [[maybe_unused]] std::size_t size) {
#ifdef HAS_ADDRESS_SANITIZER
  __sanitizer_start_switch_fiber(shadow, bottom, size);
#endif
}

void enter_stack([[maybe_unused]] void* shadow, [[maybe_unused]] const void** old_bottom,
                 [[maybe_unused]] std::size_t* old_size) {
#ifdef HAS_ADDRESS_SANITIZER
  __sanitizer_finish_switch_fiber(shadow, old_bottom, old_size);
#endif
}

}  // namespace

Fibers::Fibers(std::function<void(int)> work) : work_(std::move(work)) {
  for (int i = 0; i < count; i++) prepare(stacks_.at(static_cast<std::size_t>(i)));
}

void Fibers::prepare(Stack& stack) {
  stack.bytes.reset(new std::byte[stack_bytes]);
  stack.bottom = stack.bytes.get();
  stack.size = stack_bytes;
  ASSERT(getcontext(&stack.context) == 0);
  stack.context.uc_stack.ss_sp = stack.bytes.get();
  stack.context.uc_stack.ss_size = stack_bytes;
  stack.context.uc_link = nullptr;
  makecontext(&stack.context, &Fibers::enter, 0);
}

void Fibers::enter() {
  Fibers& fibers = *entering;
  const int fiber = fibers.current_;
  fibers.arrive(fiber);
  for (;;) fibers.work_(fiber);
}

void Fibers::arrive(int fiber) {
  const void* bottom = nullptr;
  std::size_t size = 0;
  enter_stack(stacks_.at(static_cast<std::size_t>(fiber)).shadow, &bottom, &size);
  // The first switch is from the main stack, which is only known from here.
  Stack& outermost = stacks_.at(main);
  if (outermost.bottom == nullptr) {
    outermost.bottom = bottom;
    outermost.size = size;
  }
}

void Fibers::go_on_with(int fiber) {
  const int self = std::exchange(current_, fiber);
  Stack& from = stacks_.at(static_cast<std::size_t>(self));
  Stack& to = stacks_.at(static_cast<std::size_t>(fiber));
  entering = this;
  leave_stack(&from.shadow, to.bottom, to.size);
  swapcontext(&from.context, &to.context);
  arrive(self);
}

}  // namespace estream::prove::interleave
