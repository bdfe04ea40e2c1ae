#pragma once

#include <list>
#include <thread>

#include "base/result.h"
#include "tool/consume/partition_work.h"

namespace estream::tool {

// Stores batches that need no command while the next ones are read: each partition one at a time,
// in order, several partitions side by side. They share nothing but the open writers of the topics.
class BackgroundStores {
 public:
  BackgroundStores() = default;
  ~BackgroundStores();
  BackgroundStores(const BackgroundStores&) = delete;
  BackgroundStores& operator=(const BackgroundStores&) = delete;

  // Takes what `work` has loaded, and stores it. Waits for its batch before, and returns the error
  // of that, or of another batch that had to be waited for.
  Result<void> start(PartitionWork& work);

  bool is_storing(const PartitionWork& work) const;
  // Wait for the batch that is being stored, or for all of them, and return the first error.
  Result<void> finish(PartitionWork& work);
  Result<void> finish_all();

 private:
  struct Store {
    PartitionWork* work;
    Result<void> outcome = {};
    std::thread thread = {};
  };

  Result<void> finish(std::list<Store>::iterator store);

  std::list<Store> stores_;  // In the order in which they were begun. Nodes stay where they are.
};

}  // namespace estream::tool
