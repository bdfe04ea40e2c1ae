#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/types.h"
#include "io/file.h"
#include "record/batch_header.h"

namespace estream::log {

// Walks one segment's batches in file order, from a position up to a limit:
//
//   while (auto header = TRY(reader.peek())) {
//     if (wanted(*header)) TRY(reader.read(bytes)); else reader.skip();
//   }
//
// When fewer bytes are left than a batch needs, this counts as the end. Bytes that break the format
// are Error::Code::corrupt with file and position. In both cases position() is where the first
// batch begins that was not read. The caller decides whether an end inside a batch is damage.
class BatchReader {
 public:
  // `file` must outlive the reader. Bytes from `limit` on are not looked at.
  BatchReader(const io::File& file, std::uint64_t position, std::uint64_t limit);

  // The header of the batch at position(), or nothing when less than a whole batch is left. The
  // checksum is not verified here.
  Result<std::optional<BatchHeader>> peek();
  // Copies the batch that peek() showed into `out` (resized) and verifies its checksum.
  Result<void> look_into(std::vector<std::byte>& out);
  // The same, and steps over it.
  Result<void> read(std::vector<std::byte>& out);
  // Steps over the batch that peek() showed.
  void skip();

  std::uint64_t position() const { return position_; }
  std::uint64_t limit() const { return limit_; }
  // The limit grows as the log does.
  void raise_limit(std::uint64_t limit) { limit_ = limit; }
  // "orders/0/00000000000000000000.log at byte 4096: WHAT", as a corruption.
  Error corrupt_here(const std::string& what) const;

 private:
  Result<std::string> told_of(const Error& error) const;
  Result<Bytes> buffered(std::size_t count);
  Result<std::size_t> read_whole(std::uint64_t position, MutableBytes out) const;

  const io::File* file_;
  std::uint64_t position_;
  std::uint64_t limit_;
  std::optional<BatchHeader> current_;
  std::vector<std::byte> buffer_;
  std::uint64_t buffer_position_ = 0;
  std::size_t buffer_used_ = 0;
  std::size_t fill_bytes_;
};

}  // namespace estream::log
