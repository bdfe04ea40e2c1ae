#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "io/directory.h"

namespace estream::topic {

// A topic that is being made, under a name that hides it from every listing until it is complete:
//
//   .creating-orders-NUMBER        what is to become the topic
//   .creating-orders-NUMBER.lock   empty; there, and locked, for as long as the other may be
//
// Whatever of it has not become a topic is removed with this, or, when the process dies, by
// remove_dead_topics() of a later creation in the same root.
class HiddenTopic {
 public:
  static Result<HiddenTopic> make(const io::Directory& root, const std::string& topic);
  ~HiddenTopic();
  HiddenTopic(HiddenTopic&& other) noexcept;
  HiddenTopic& operator=(HiddenTopic&&) = delete;

  // To be filled.
  const io::Directory& directory() const { return *directory_; }

  // Gives it the topic's name, on the device. Error::Code::exists when there is one of that name.
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

// Removes the hidden topics of processes that died. What cannot be removed stays; those that
// somebody is at work on are not touched.
void remove_dead_topics(const io::Directory& root);

}  // namespace estream::topic
