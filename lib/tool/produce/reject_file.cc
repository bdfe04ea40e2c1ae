#include "tool/produce/reject_file.h"

#include "io/user_file.h"
#include "json/base64.h"
#include "json/quote.h"

namespace estream::tool {

Result<RejectFile> RejectFile::open(io::System& system, const std::string& path) {
  return RejectFile(TRY(io::open_for_appending(system, path)));
}

Result<void> RejectFile::add(const std::string& input, std::int64_t line, const BadLine& bad) {
  line_ = "{\"input\":";
  json::append_quoted(line_, json::is_utf8(input) ? input : "?");
  line_ += ",\"input_line\":" + std::to_string(line) + ",\"error\":";
  json::append_quoted(line_, bad.reason);
  if (json::is_utf8(bad.source)) {
    line_ += bad.is_cut ? ",\"raw_begin\":" : ",\"raw\":";
    json::append_quoted(line_, bad.source);
  } else {
    line_ += bad.is_cut ? ",\"raw_begin_b64\":\"" : ",\"raw_b64\":\"";
    json::append_base64(line_, bad.source);
    line_ += '"';
  }
  line_ += "}\n";
  count_++;
  return output_.write(line_);
}

Result<void> RejectFile::finish() {
  TRY(output_.flush());
  const auto status = TRY(file_.status());
  // A pipe or a terminal takes rejected events too, and has nothing to sync.
  if (status.kind != io::FileStatus::Kind::regular) return {};
  return file_.sync();
}

}  // namespace estream::tool
