#include "tool/replay/blob_sort.h"

#include <algorithm>
#include <cstring>

#include "base/assert.h"

namespace estream::tool {

namespace {

constexpr std::size_t write_bytes = 256 << 10;

}  // namespace

Result<void> BlobSort::add(std::int64_t number, std::string_view blob) {
  const std::size_t added = blob.size() + sizeof(Item);
  if (kept_bytes() + added > options_.memory_bytes && !items_.empty()) TRY(spill());
  keep(number, blob);
  return {};
}

// The room for all that there may be is claimed at once: what is not used is not touched, and
// nothing is ever there twice. Only a blob larger than all of it needs more.
void BlobSort::keep(std::int64_t number, std::string_view blob) {
  arena_.reserve(std::max(options_.memory_bytes, blob.size()), used_);
  if (items_.capacity() == 0) items_.reserve(options_.memory_bytes / sizeof(Item) + 1);
  if (!blob.empty()) std::memcpy(arena_.data() + used_, blob.data(), blob.size());
  items_.push_back({number, used_, blob.size()});
  used_ += blob.size();
}

void BlobSort::sort_items() {
  std::ranges::sort(items_, {}, [](const Item& item) { return item.number; });
}

Result<void> BlobSort::spill() {
  sort_items();
  const std::uint64_t position = file_.size_bytes();
  for (const Item& item : items_) {
    const Head head = {item.number, item.size_bytes};
    TRY(write(std::as_bytes(std::span(&head, 1))));
    TRY(write(Bytes(arena_.data() + item.position, item.size_bytes)));
  }
  TRY(flush());
  runs_.push_back({.position = position, .left_bytes = file_.size_bytes() - position});
  items_.clear();
  used_ = 0;
  return {};
}

Result<void> BlobSort::write(Bytes bytes) {
  if (writing_.size() + bytes.size() > write_bytes) TRY(flush());
  if (bytes.size() > write_bytes) {
    TRY(file_.append(bytes));
    return {};
  }
  writing_.insert(writing_.end(), bytes.begin(), bytes.end());
  return {};
}

Result<void> BlobSort::flush() {
  if (!writing_.empty()) TRY(file_.append(writing_));
  writing_.clear();
  return {};
}

Result<void> BlobSort::finish() {
  if (runs_.empty()) {
    sort_items();
    return {};
  }
  if (!items_.empty()) TRY(spill());
  arena_ = {};
  std::vector<Item>().swap(items_);
  const auto after = [this](std::size_t a, std::size_t b) { return is_after(a, b); };
  for (std::size_t run = 0; run < runs_.size(); run++) {
    const bool has_blob = TRY(load_head(runs_[run]));
    ASSERT(has_blob);
    heap_.push_back(run);
  }
  std::ranges::make_heap(heap_, after);
  return {};
}

// Makes the next `count` bytes of the run available.
Result<void> BlobSort::load(Run& run, std::size_t count) const {
  const std::size_t there = run.used - run.at;
  if (there >= count) return {};
  if (there > 0) std::memmove(run.bytes.data(), run.bytes.data() + run.at, there);
  const std::size_t ahead = read_ahead_bytes(options_, runs_.size());
  run.bytes.resize(std::max({run.bytes.size(), ahead, count}));
  const std::size_t added = std::min<std::uint64_t>(run.bytes.size() - there, run.left_bytes);
  TRY(file_.read(run.position, MutableBytes(run.bytes).subspan(there, added)));
  run.position += added;
  run.left_bytes -= added;
  run.at = 0;
  run.used = there + added;
  ASSERT(run.used >= count);
  return {};
}

// False at the end of the run.
Result<bool> BlobSort::load_head(Run& run) const {
  if (run.at == run.used && run.left_bytes == 0) return false;
  TRY(load(run, sizeof(Head)));
  std::memcpy(&run.head, run.bytes.data() + run.at, sizeof(Head));
  run.at += sizeof(Head);
  TRY(load(run, run.head.size_bytes));
  return true;
}

// Over the blob that was returned last.
Result<void> BlobSort::step() {
  const auto after = [this](std::size_t a, std::size_t b) { return is_after(a, b); };
  std::ranges::pop_heap(heap_, after);
  Run& run = runs_[heap_.back()];
  run.at += run.head.size_bytes;
  const bool has_blob = TRY(load_head(run));
  if (has_blob) {
    std::ranges::push_heap(heap_, after);
  } else {
    heap_.pop_back();
    std::vector<std::byte>().swap(run.bytes);
  }
  return {};
}

Result<std::optional<std::string_view>> BlobSort::next() {
  const std::optional<std::string_view> nothing;
  if (runs_.empty()) {
    if (returned_ == items_.size()) return nothing;
    const Item& item = items_[returned_++];
    return std::optional(as_text(Bytes(arena_.data() + item.position, item.size_bytes)));
  }
  if (is_first_returned_) TRY(step());
  is_first_returned_ = !heap_.empty();
  if (heap_.empty()) return nothing;
  const Run& run = runs_[heap_.front()];
  return std::optional(as_text(Bytes(run.bytes).subspan(run.at, run.head.size_bytes)));
}

}  // namespace estream::tool
