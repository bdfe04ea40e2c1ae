#include "tool/window/result_record.h"

#include "base/rfc3339.h"
#include "json/quote.h"
#include "record/batch_builder.h"

namespace estream::tool {

namespace {

const char* name_of(window::Operator op) {
  switch (op) {
    case window::Operator::tumble:
      return "tumble";
    case window::Operator::hop:
      return "hop";
    case window::Operator::session:
      return "session";
    case window::Operator::trailing:
      return "trailing";
    case window::Operator::dedup:
      return "dedup";
    case window::Operator::absent:
      return "absent";
    case window::Operator::sequence:
      return "seq";
  }
  return "";
}

void append_key_as_json(std::string& out, const window::GroupKey& key) {
  using Kind = window::GroupKey::Kind;
  if (key.kind == Kind::null) {
    out.append("null");
  } else if (key.kind == Kind::json) {
    out.append(key.text);
  } else {
    json::append_quoted(out, key.text);
  }
}

}  // namespace

RecordView ResultRecords::record_of(const window::WindowResult& result) {
  using Kind = window::WindowResult::Kind;
  RecordView record;
  record.timestamp = result.timestamp;
  if (result.kind != Kind::removed) record.value = result.line;
  if (settings_->emit != window::Emit::close) {
    key_ = "[";
    append_key_as_json(key_, result.key);
    key_ += ",\"" + rfc3339(result.from.ms, settings_->zone) + "\"]";
    record.key = key_;
  } else if (result.key.kind != window::GroupKey::Kind::null) {
    record.key = result.key.text;
  }
  record.headers = {1, headers_of(result.from, result.to)};
  return record;
}

const std::string& ResultRecords::headers_of(Timestamp from, Timestamp to) {
  if (!headers_.empty() && from == from_ && to == to_) return headers_;
  const std::string bounds = std::string(name_of(settings_->op)) + ' ' +
                             rfc3339(from.ms, settings_->zone) + '/' +
                             rfc3339(to.ms, settings_->zone);
  headers_.clear();
  encode_header(headers_, {"estream.window", bounds});
  from_ = from;
  to_ = to;
  return headers_;
}

}  // namespace estream::tool
