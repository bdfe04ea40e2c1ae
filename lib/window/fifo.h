#pragma once

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace estream::window {

// A queue for keys that mostly have a few items: smaller than std::deque, which takes half a
// kilobyte for one.
template <class T>
class Fifo {
 public:
  std::size_t size() const { return items_.size() - head_; }
  bool empty() const { return size() == 0; }

  T& operator[](std::size_t i) { return items_[head_ + i]; }
  const T& operator[](std::size_t i) const { return items_[head_ + i]; }
  const T& front() const { return items_[head_]; }
  const T& back() const { return items_.back(); }
  auto begin() { return items_.begin() + static_cast<std::ptrdiff_t>(head_); }
  auto end() { return items_.end(); }
  auto begin() const { return items_.begin() + static_cast<std::ptrdiff_t>(head_); }
  auto end() const { return items_.end(); }

  void push_back(T item) { items_.push_back(std::move(item)); }
  void insert(std::size_t i, T item) {
    items_.insert(begin() + static_cast<std::ptrdiff_t>(i), std::move(item));
  }
  void pop_front(std::size_t count = 1) {
    head_ += count;
    if (head_ < size()) return;  // Each item is moved at most once for each that was taken.
    items_.erase(items_.begin(), begin());
    head_ = 0;
  }
  template <class Predicate>
  void erase_if(Predicate predicate) {
    items_.erase(std::remove_if(begin(), end(), predicate), end());
  }

 private:
  std::vector<T> items_;
  std::size_t head_ = 0;  // So many in front are gone.
};

}  // namespace estream::window
