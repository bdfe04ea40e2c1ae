#include "write/left_inputs.h"

#include "group/atomic_input.h"
#include "write/partition_writers.h"

namespace estream::write {

Result<void> settle_left_inputs(const topic::Topic& topic) {
  if (TRY(group::count_atomic_inputs(topic)) == 0) return {};
  const WriteTarget target = {.topic = {topic.root().name(), topic.name(), ""},
                              .creates_topic = false};
  const auto writers = TRY(PartitionWriters::open(topic.system(), target));
  TRY(writers->writer(0));
  writers->say_notices();
  return writers->finish();
}

}  // namespace estream::write
