#include "base/work_meter.h"

namespace estream {

WorkMeter& work_meter() {
  static WorkMeter meter;
  return meter;
}

}  // namespace estream
