#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "read/batch_stage.h"
#include "read/batch_work.h"

namespace estream::tool {

// Takes pieces of one source that are ready to be printed, and answers whether it wants more. They
// belong to the work as those of a batch do, but there is no batch: its header and bytes mean
// nothing.
using TakePieces = std::function<bool(const read::BatchWork& work, const read::OutputPiece* next,
                                      const read::OutputPiece* end)>;

// Makes pieces again of stored records, in the shape of the plan, and hands on those that follow
// each other and come from one source together.
class StatePrinter {
 public:
  // Both must outlive this.
  StatePrinter(const read::StagePlan& plan, const TakePieces& take)
      : plan_(&plan), stage_(plan), take_(&take) {}

  Result<void> add(std::string_view stored);
  // Hands on what is still here. Error::Code::data for a record that must not be printed.
  Result<void> flush();
  bool is_over() const { return is_over_; }

 private:
  const read::StagePlan* plan_;
  read::BatchStage stage_;
  const TakePieces* take_;
  read::BatchWork work_;
  std::string stored_;              // One record after the other.
  std::vector<std::size_t> sizes_;  // Of each of them.
  std::vector<RecordView> records_;
  bool is_over_ = false;
};

}  // namespace estream::tool
