#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "prove/schedules_scheduler.h"

namespace estream::prove::interleave {

// What becomes of the machine when all processes have ended.
enum class Ending : char {
  goes_on = 'g',
  power_loss = 'p',          // Nothing is left but what was synced.
  partial_power_loss = 'q',  // Some of the rest is left, too.
};

// Where a run does something else than go on with the process that runs, or with the next one in
// turn: enough to do the same again.
struct Schedule {
  struct Deviation {
    std::int64_t step = 0;
    Choice choice;
  };
  std::vector<Deviation> deviations;
  Ending ending = Ending::goes_on;

  // "12:1,40:k0/p": before step 12 process 1 goes on, before step 40 process 0 is killed, and at
  // the end the power is lost.
  std::string to_text() const;
  static std::optional<Schedule> parse(std::string_view text);
};

// Does what a schedule says.
class FollowSchedule : public Policy {
 public:
  explicit FollowSchedule(const Schedule& schedule) : schedule_(schedule) {}

  std::optional<Choice> choose(const Decision& decision) override;

 protected:
  bool is_behind_last() const { return next_ == schedule_.deviations.size(); }

 private:
  const Schedule& schedule_;
  std::size_t next_ = 0;
};

}  // namespace estream::prove::interleave
