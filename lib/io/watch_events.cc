#include "io/watch_events.h"

#include <sys/inotify.h>

#include <cstring>

namespace estream::io {

std::vector<int> watches_of(Bytes events) {
  std::vector<int> watches;
  while (events.size() >= sizeof(struct inotify_event)) {
    struct inotify_event event = {};
    std::memcpy(&event, events.data(), sizeof event);
    watches.push_back(event.wd);
    const std::size_t size = sizeof event + event.len;
    if (size > events.size()) break;
    events = events.subspan(size);
  }
  return watches;
}

}  // namespace estream::io
