#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "io/file.h"
#include "io/output.h"
#include "tool/records/chunk.h"

namespace estream::tool {

// Where events go that cannot be stored (--reject FILE): one JSON object a line, appended:
//
//   {"input":"stdin","input_line":17,"error":"not JSON: ...","raw":"..."}
//
// `raw` is the line, or "raw_b64" when it is not UTF-8; of a line over the limit, its beginning.
class RejectFile {
 public:
  static Result<RejectFile> open(io::System& system, const std::string& path);

  Result<void> add(const std::string& input, std::int64_t line, const BadLine& bad);
  // Everything added is on the device.
  Result<void> finish();
  Result<io::FileStatus> status() const { return file_.status(); }
  std::int64_t count() const { return count_; }

 private:
  explicit RejectFile(io::File file)
      : file_(std::move(file)), output_(file_.system(), file_.fd(), file_.name()) {}

  io::File file_;
  io::Output output_;
  std::string line_;
  std::int64_t count_ = 0;
};

}  // namespace estream::tool
