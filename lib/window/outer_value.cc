#include "window/outer_value.h"

#include "json/syntax_check.h"
#include "window/order_bytes.h"
#include "window/state_bytes.h"

namespace estream::window {

void OuterValue::put(std::string_view json, const EventOrder& order) {
  if (!json_) {
    json_ = std::make_unique<std::string>();
  } else if (which_ == Which::first ? order_ < order : order < order_) {
    return;
  }
  order_ = order;
  json_->assign(json);
}

void OuterValue::add_all(const OuterValue& other) {
  if (other.json_) put(*other.json_, other.order_);
}

void OuterValue::append(std::string& out) const {
  out.append(json_ ? std::string_view(*json_) : "null");
}

void OuterValue::save(std::string& out) const {
  out.push_back(json_ ? 1 : 0);
  if (!json_) return;
  save_order(out, order_);
  save_text(out, *json_);
}

bool OuterValue::load(VarintCursor& in) {
  if (in.bytes(1) != std::string_view("\1")) return in.ok();
  const EventOrder order = load_order(in);
  const std::string_view json = load_text(in);
  if (!in.ok() || json::first_fault(json, json::depth_max)) return false;
  put(json, order);
  return true;
}

}  // namespace estream::window
