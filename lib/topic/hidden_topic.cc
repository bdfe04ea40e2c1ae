#include "topic/hidden_topic.h"

#include <cerrno>
#include <string_view>
#include <utility>

namespace estream::topic {

namespace {

constexpr std::string_view prefix = ".creating-";
constexpr std::string_view lock_suffix = ".lock";
constexpr std::size_t shown_name_bytes_max = 200;  // A file's name has 255 at most.
constexpr int attempts_max = 5;

std::string lock_name_of(const std::string& hidden) { return hidden + std::string(lock_suffix); }

void remove_tree(const io::Directory& parent, const std::string& name) {
  if (const auto directory = parent.open_directory(name)) {
    if (const auto names = directory->list()) {
      for (const std::string& entry : *names) {
        if (!directory->remove_file(entry)) remove_tree(*directory, entry);
      }
    }
  }
  (void)parent.remove_directory(name);
}

// The lock's name is there before the directory's, and goes after it: without it, nobody is at work
// there. The tree goes first, so that whoever dies in the middle leaves the lock to the next one.
void remove_if_dead(const io::Directory& root, const std::string& hidden) {
  const std::string lock_name = lock_name_of(hidden);
  const auto status = root.status(lock_name);
  if (!status) return;
  if (!*status) return remove_tree(root, hidden);
  const auto lock = root.open_file(lock_name, io::OpenMode::read_write);
  if (!lock || root.system().try_lock(lock->fd(), 0) < 0) return;
  remove_tree(root, hidden);
  (void)root.remove_file(lock_name);
}

}  // namespace

HiddenTopic::HiddenTopic(io::Directory root, std::string topic)
    : root_(std::move(root)), topic_(std::move(topic)) {
  hidden_ = std::string(prefix) + topic_.substr(0, shown_name_bytes_max) + "-" +
            std::to_string(root_.system().random());
}

HiddenTopic::HiddenTopic(HiddenTopic&& other) noexcept
    : root_(std::move(other.root_)),
      topic_(std::move(other.topic_)),
      hidden_(std::exchange(other.hidden_, {})),
      lock_(std::move(other.lock_)),
      directory_(std::exchange(other.directory_, std::nullopt)) {}

HiddenTopic::~HiddenTopic() {
  if (hidden_.empty()) return;
  directory_.reset();
  remove_tree(root_, hidden_);
  (void)root_.remove_file(lock_name_of(hidden_));
}

Result<HiddenTopic> HiddenTopic::make(const io::Directory& root, const std::string& topic) {
  for (int attempt = 1;; attempt++) {
    HiddenTopic hidden(root, topic);
    const bool is_ours = TRY(hidden.claim_name());
    if (!is_ours && attempt < attempts_max) continue;
    TRY(root.make_directory(hidden.hidden_));
    hidden.directory_ = TRY(root.open_directory(hidden.hidden_));
    return hidden;
  }
}

// False when a collector took the lock's file for a dead process's before it was locked. Where
// locks are not to be had, collectors get none either.
Result<bool> HiddenTopic::claim_name() {
  lock_ = TRY(root_.open_file(lock_name_of(hidden_), io::OpenMode::create_exclusive));
  const int answer = root_.system().try_lock(lock_.fd(), 0);
  const auto status = TRY(root_.status(lock_name_of(hidden_)));
  return answer != -EAGAIN && status.has_value();
}

Result<void> HiddenTopic::show() {
  TRY(root_.rename(hidden_, topic_));
  return root_.sync();
}

void remove_dead_topics(const io::Directory& root) {
  const auto names = root.list();
  if (!names) return;
  for (const std::string& name : *names) {
    if (!name.starts_with(prefix)) continue;
    const bool is_lock = name.ends_with(lock_suffix);
    remove_if_dead(root, is_lock ? name.substr(0, name.size() - lock_suffix.size()) : name);
  }
}

}  // namespace estream::topic
