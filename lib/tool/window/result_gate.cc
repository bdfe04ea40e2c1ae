#include "tool/window/result_gate.h"

#include <algorithm>

namespace estream::tool {

void ResultGate::mark_incomplete_until(Timestamp time) {
  incomplete_until_ = std::max(incomplete_until_, time);
}

Result<void> ResultGate::put(const window::WindowResult& result) {
  if (!is_open_) return {};
  const bool is_marked = incomplete_until_.ms >= 0 && result.from <= incomplete_until_ &&
                         result.kind != window::WindowResult::Kind::removed;
  if (!is_marked) return next_->put(result);
  line_.assign(result.line.substr(0, result.line.size() - 1));
  line_ += ",\"incomplete\":true}";
  window::WindowResult marked = result;
  marked.line = line_;
  return next_->put(marked);
}

}  // namespace estream::tool
