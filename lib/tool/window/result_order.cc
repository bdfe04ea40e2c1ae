#include "tool/window/result_order.h"

#include <tuple>

namespace estream::tool {

bool ResultOrder::Held::operator>(const Held& other) const {
  const auto place = [](const Held& held) {
    return std::tuple(held.result.to, held.result.from, std::string_view(held.key),
                      held.result.key.kind, held.task, held.number);
  };
  return place(*this) > place(other);
}

Result<void> ResultOrder::put(const window::WindowResult& result) {
  held_.push({result, task_, std::string(result.key.text), std::string(result.line), number_++});
  return {};
}

Result<void> ResultOrder::release(Timestamp before) {
  while (!held_.empty() && held_.top().result.to < before) {
    Held held = held_.top();
    held_.pop();
    held.result.key.text = held.key;
    held.result.line = held.line;
    TRY(next_->put(held.result));
  }
  return {};
}

}  // namespace estream::tool
