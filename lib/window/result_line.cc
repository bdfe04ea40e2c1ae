#include "window/result_line.h"

#include "base/rfc3339.h"

namespace estream::window {

ResultLine& ResultLine::begin(const GroupKey& key) {
  line_.clear();
  writer_ = json::ObjectWriter(line_);
  switch (key.kind) {
    case GroupKey::Kind::null:
      writer_.json("key", "null");
      break;
    case GroupKey::Kind::text:
      writer_.text("key", key.text);
      break;
    case GroupKey::Kind::json:
      writer_.json("key", key.text);
      break;
  }
  return *this;
}

const std::string& ResultLine::json_of(Timestamp time) {
  for (const KnownTime& known : known_) {
    if (known.time == time && !known.json.empty()) return known.json;
  }
  KnownTime& known = known_[oldest_];
  oldest_ = (oldest_ + 1) % known_.size();
  known.time = time;
  known.json = "\"";
  append_rfc3339(known.json, time.ms, zone_);
  known.json.push_back('"');
  return known.json;
}

ResultLine& ResultLine::time(std::string_view name, Timestamp time) {
  writer_.json(name, json_of(time));
  return *this;
}

ResultLine& ResultLine::fields(const std::byte* state) {
  aggregation_.append_fields(line_, state);
  return *this;
}

std::string_view ResultLine::end() {
  writer_.end();
  return line_;
}

}  // namespace estream::window
