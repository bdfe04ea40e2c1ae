#pragma once

#include "json/event_parser.h"
#include "record/record.h"
#include "record/record_place.h"

namespace estream::query {

// A record for which expressions are evaluated, one after the other. Its value is parsed when the
// first of them asks for it, and only once: many expressions are decided by $key or $ts alone. All
// parts must outlive it, and nobody else may use the parser meanwhile.
class Subject {
 public:
  enum class Value { null, json, not_json };

  Subject(const RecordPlace& place, const RecordView& record, json::EventParser& parser)
      : place_(&place), record_(&record), parser_(&parser) {}

  const RecordPlace& place() const { return *place_; }
  const RecordView& record() const { return *record_; }
  // Has parsed the value if that is JSON.
  const json::EventParser& parser() const { return *parser_; }

  // A tombstone is null.
  Value value() {
    if (!is_known_ && record_->value) {
      value_ = parser_->parse_copy(*record_->value) ? Value::json : Value::not_json;
    }
    is_known_ = true;
    return value_;
  }

 private:
  const RecordPlace* place_;
  const RecordView* record_;
  json::EventParser* parser_;
  Value value_ = Value::null;
  bool is_known_ = false;
};

}  // namespace estream::query
