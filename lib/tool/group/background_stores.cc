#include "tool/group/background_stores.h"

#include <algorithm>
#include <utility>

#include "io/thread.h"

namespace estream::tool {

namespace {

// Each has up to 4 MiB of events. A store mostly waits for two syncs.
constexpr std::size_t stores_max = 8;

}  // namespace

BackgroundStores::~BackgroundStores() { (void)finish_all(); }

Result<void> BackgroundStores::start(StoredWork& work) {
  TRY(finish(work));
  if (stores_.size() == stores_max) TRY(finish(stores_.begin()));
  work.prepare_to_store();
  Store& store = stores_.emplace_back(Store{.work = &work});
  auto thread = io::start_thread([&store] { store.outcome = store.work->store_prepared(); });
  if (thread) {
    store.thread = *std::move(thread);
  } else {
    store.outcome = work.store_prepared();
  }
  return {};
}

bool BackgroundStores::is_storing(const StoredWork& work) const {
  return std::ranges::any_of(stores_, [&](const Store& store) { return store.work == &work; });
}

Result<void> BackgroundStores::finish(StoredWork& work) {
  const auto store =
      std::ranges::find_if(stores_, [&](const Store& each) { return each.work == &work; });
  return store == stores_.end() ? Result<void>() : finish(store);
}

Result<void> BackgroundStores::finish_all() {
  Result<void> outcome;
  while (!stores_.empty()) {
    auto finished = finish(stores_.begin());
    if (outcome && !finished) outcome = std::move(finished);
  }
  return outcome;
}

Result<void> BackgroundStores::finish(std::list<Store>::iterator store) {
  if (store->thread.joinable()) store->thread.join();
  Result<void> outcome = std::move(store->outcome);
  store->work->finish_store(outcome.has_value());
  stores_.erase(store);
  return outcome;
}

}  // namespace estream::tool
