#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "io/directory.h"

namespace estream::topic {

// A topic that is being made, under a name that hides it from every listing until it is complete:
//
//   .creating-orders-NUMBER        the directory that will become the topic
//   .creating-orders-NUMBER.lock   empty; it exists and is locked while the directory exists
//
// If it does not become a topic, the destructor removes it. If the process dies,
// remove_dead_topics() removes it, when another topic is made in the same root.
class HiddenTopic {
 public:
  static Result<HiddenTopic> make(const io::Directory& root, const std::string& topic);
  ~HiddenTopic();
  HiddenTopic(HiddenTopic&& other) noexcept;
  HiddenTopic& operator=(HiddenTopic&&) = delete;

  // The directory to fill.
  const io::Directory& directory() const { return *directory_; }

  // Renames it to the topic's name and syncs that. Error::Code::exists when the name is in use.
  Result<void> show();

 private:
  HiddenTopic(io::Directory root, std::string topic);

  Result<bool> claim_name();

  io::Directory root_;
  std::string topic_;
  std::string hidden_;  // Empty when there is nothing to remove.
  io::File lock_;
  std::optional<io::Directory> directory_;
};

// Removes the hidden topics of processes that died. Files that cannot be removed stay. Hidden
// topics of running processes stay, too.
void remove_dead_topics(const io::Directory& root);

}  // namespace estream::topic
