#include "window/operators.h"

namespace estream::window {

Error too_many_groups(const Settings& settings) {
  return {Error::Code::usage, "more than " + std::to_string(settings.max_keys) +
                                  " groups are open at once; --max-keys sets how many may be"};
}

}  // namespace estream::window
