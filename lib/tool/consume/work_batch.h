#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/types.h"
#include "read/batch_work.h"

namespace estream::tool {

// A batch of events of one partition on its way through a command. A run takes some of its events,
// at first all of them; when a command fails for good, smaller runs find the event that it cannot
// take.
class WorkBatch {
 public:
  void clear() {
    text_.clear();
    events_.clear();
    done_ = size_ = 0;
  }

  void add(const read::BatchWork& work, const read::OutputPiece& piece,
           std::string_view delimiter) {
    text_ += piece.view();
    text_ += delimiter;
    events_.push_back({text_.size(), work.offset_of(piece), piece.time});
  }
  // Everything before `end` was looked at; the first run will take all.
  void finish(Offset end) {
    end_ = end;
    size_ = events_.size();
  }

  bool is_empty() const { return events_.empty(); }
  bool is_done() const { return done_ == events_.size(); }

  // Of the run.
  std::size_t size() const { return size_; }
  std::string_view text() const {
    const std::size_t begin = done_ == 0 ? 0 : events_[done_ - 1].text_end;
    return std::string_view(text_).substr(begin, last().text_end - begin);
  }
  Offset first_offset() const { return events_[done_].offset; }
  Offset last_offset() const { return last().offset; }
  // What comes after the run.
  Offset end() const { return done_ + size_ == events_.size() ? end_ : last().offset + 1; }
  Timestamp newest_time() const {
    Timestamp newest;
    for (std::size_t i = done_; i < done_ + size_; i++) newest = std::max(newest, events_[i].time);
    return newest;
  }

  // The run is done, and the next one takes so many events, or as many as are left.
  void go_on(std::size_t size) {
    done_ += size_;
    resize(size);
  }
  void resize(std::size_t size) { size_ = std::min(size, events_.size() - done_); }

 private:
  struct Event {
    std::size_t text_end;
    Offset offset;
    Timestamp time;
  };

  const Event& last() const { return events_[done_ + size_ - 1]; }

  std::string text_;
  std::vector<Event> events_;
  Offset end_;
  std::size_t done_ = 0;
  std::size_t size_ = 0;
};

}  // namespace estream::tool
