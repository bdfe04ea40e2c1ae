#include "log/leader_epochs.h"

#include <charconv>

#include "log/names.h"

namespace estream::log {

namespace {

Error malformed(const char* what) {
  return {Error::Code::corrupt, std::string("not a leader epoch checkpoint: ") + what};
}

// The next number in `text`, which is cut behind it; blanks and line ends separate.
std::optional<std::int64_t> take_number(std::string_view& text) {
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return std::nullopt;
  text.remove_prefix(begin);
  std::int64_t value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

}  // namespace

Result<LeaderEpochs> LeaderEpochs::parse(std::string_view text) {
  LeaderEpochs epochs;
  if (text.empty()) return epochs;
  if (take_number(text) != 0) return malformed("version is not 0");
  const auto count = take_number(text);
  if (!count || *count < 0) return malformed("no count of entries");
  for (std::int64_t i = 0; i < *count; i++) {
    const auto epoch = take_number(text);
    const auto first = take_number(text);
    if (!epoch || !first) return malformed("fewer entries than its count says");
    // After the largest number there could be no next epoch.
    if (*epoch < 0 || *epoch >= INT32_MAX || *first < 0) return malformed("a number out of range");
    if (!epochs.entries_.empty() &&
        (*epoch <= epochs.last() || Offset{*first} <= epochs.entries_.back().first)) {
      return malformed("entries do not increase");
    }
    epochs.entries_.push_back({static_cast<std::int32_t>(*epoch), {*first}});
  }
  if (text.find_first_not_of(" \t\r\n") != std::string_view::npos) {
    return malformed("more entries than its count says");
  }
  return epochs;
}

Result<LeaderEpochs> LeaderEpochs::read(const io::Directory& directory) {
  const std::string text = TRY(directory.read_file(epochs_file_name, epochs_file_bytes_max));
  auto epochs = parse(text);
  if (epochs) return epochs;
  return Error::in_file(Error::Code::corrupt, directory.path_of(epochs_file_name),
                        epochs.error().message);
}

std::string LeaderEpochs::to_text() const {
  std::string text = "0\n" + std::to_string(entries_.size()) + "\n";
  for (const Entry& entry : entries_) {
    text += std::to_string(entry.epoch) + " " + std::to_string(entry.first.value) + "\n";
  }
  return text;
}

std::optional<std::int32_t> LeaderEpochs::at(Offset offset) const {
  for (auto entry = entries_.rbegin(); entry != entries_.rend(); entry++) {
    if (entry->first <= offset) return entry->epoch;
  }
  return std::nullopt;
}

void LeaderEpochs::begin(std::int32_t epoch, Offset offset) {
  while (!entries_.empty() && entries_.back().first >= offset) entries_.pop_back();
  entries_.push_back({epoch, offset});
}

void LeaderEpochs::cut(Offset end) {
  while (!entries_.empty() && entries_.back().first > end) entries_.pop_back();
}

}  // namespace estream::log
