#include "tool/window/row_form.h"

#include <utility>

namespace estream::tool {

namespace {

class RowForm : public read::RecordForm {
 public:
  explicit RowForm(std::shared_ptr<const window::RowPlan> plan)
      : plan_(std::move(plan)), encoder_(*plan_) {}

  void append(std::string& out, const RecordPlace& place, const RecordView& record,
              json::EventParser& parser) const override {
    encoder_.append(out, place, record, parser);
  }

 private:
  std::shared_ptr<const window::RowPlan> plan_;
  window::RowEncoder encoder_;
};

}  // namespace

read::RecordShape row_form_of(std::shared_ptr<const window::RowPlan> plan) {
  read::RecordShape shape;
  shape.kind = read::RecordShape::Kind::other;
  shape.form = std::make_shared<RowForm>(std::move(plan));
  shape.delimiter.clear();
  return shape;
}

}  // namespace estream::tool
