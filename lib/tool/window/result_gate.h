#pragma once

#include <string>

#include "window/results.h"

namespace estream::tool {

// Lets the results of a task through once it has read again what it had read before a restart: till
// then, all of them are out already.
class ResultGate final : public window::Results {
 public:
  // `next` must outlive this.
  explicit ResultGate(window::Results& next) : next_(&next) {}

  void close() { is_open_ = false; }
  void open() { is_open_ = true; }
  bool is_open() const { return is_open_; }

  // Events of windows that begin up to this time may have been deleted before they were read; the
  // lines of those get "incomplete":true.
  void mark_incomplete_until(Timestamp time);

  Result<void> put(const window::WindowResult& result) override;
  Result<void> pass(std::uint32_t source, const RecordView& record) override {
    return is_open_ ? next_->pass(source, record) : Result<void>();
  }
  Result<void> late(std::uint32_t source, const RecordView& record) override {
    return is_open_ ? next_->late(source, record) : Result<void>();
  }

 private:
  window::Results* next_;
  bool is_open_ = true;
  Timestamp incomplete_until_;
  std::string line_;
};

}  // namespace estream::tool
