#pragma once

#include <list>
#include <thread>

#include "base/result.h"

namespace estream::tool {

// The work on partitions whose batches are stored while the next ones are read.
class StoredWork {
 public:
  virtual ~StoredWork() = default;

  // What was loaded is set aside for the store, so that the next batch can be loaded meanwhile.
  virtual void prepare_to_store() = 0;
  // Any thread may call this.
  virtual Result<void> store_prepared() = 0;
  virtual void finish_store(bool is_stored) = 0;
};

// Stores batches while the next ones are read: those of each work one at a time, in order, several
// works side by side. They share nothing but the open writers of the topics.
class BackgroundStores {
 public:
  BackgroundStores() = default;
  ~BackgroundStores();
  BackgroundStores(const BackgroundStores&) = delete;
  BackgroundStores& operator=(const BackgroundStores&) = delete;

  // Takes what `work` has loaded, and stores it. Waits for its batch before, and returns the error
  // of that, or of another batch that had to be waited for.
  Result<void> start(StoredWork& work);

  bool is_storing(const StoredWork& work) const;
  // Wait for the batch that is being stored, or for all of them, and return the first error.
  Result<void> finish(StoredWork& work);
  Result<void> finish_all();

 private:
  struct Store {
    StoredWork* work;
    Result<void> outcome = {};
    std::thread thread = {};
  };

  Result<void> finish(std::list<Store>::iterator store);

  std::list<Store> stores_;  // In the order in which they were begun. Nodes stay where they are.
};

}  // namespace estream::tool
