#include "tool/produce/reject_file.h"

#include "io/user_file.h"
#include "json/object_writer.h"
#include "json/quote.h"

namespace estream::tool {

Result<RejectFile> RejectFile::open(io::System& system, const std::string& path) {
  return RejectFile(TRY(io::open_for_appending(system, path)));
}

Result<void> RejectFile::add(const std::string& input, std::int64_t line, const BadLine& bad) {
  line_.clear();
  json::ObjectWriter(line_)
      .text("input", json::is_utf8(input) ? input : "?")
      .number("input_line", line)
      .text("error", bad.reason)
      .text(bad.is_cut ? "raw_begin" : "raw", bad.source)
      .end();
  line_ += '\n';
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
