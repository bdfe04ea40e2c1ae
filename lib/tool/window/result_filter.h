#pragma once

#include <string>
#include <vector>

#include "json/event_parser.h"
#include "tool/window/window_options.h"
#include "window/results.h"

namespace estream::tool {

// Lets through what --having and --top select. All results of one window come one after the other;
// those of the last one are held until flush().
class ResultFilter final : public window::Results {
 public:
  // Both must outlive this.
  ResultFilter(const ResultSelection& selection, window::Results& next)
      : selection_(&selection), next_(&next) {}

  Result<void> put(const window::WindowResult& result) override;
  Result<void> pass(std::uint32_t source, const RecordView& record) override {
    return next_->pass(source, record);
  }
  Result<void> late(std::uint32_t source, const RecordView& record) override {
    return next_->late(source, record);
  }

  // Gives on what is held. To be called between two calls of a task, before anybody waits.
  Result<void> flush();

 private:
  struct Held {
    window::WindowResult result;
    window::Quantity value;
    std::string key;
    std::string line;
  };

  void hold(const window::WindowResult& result);

  const ResultSelection* selection_;
  window::Results* next_;
  json::EventParser parser_;
  query::Computed computed_;
  std::vector<Held> held_;  // Of one window, in the order of their keys.
};

}  // namespace estream::tool
