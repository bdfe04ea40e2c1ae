#include "log/batch_reader.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "log/old_batch.h"

namespace estream::log {

namespace {

// Large batches are read whole into the caller's buffer, so reading ahead helps only with small
// batches. The amount that is read ahead doubles each time that it is used.
constexpr std::size_t fill_bytes_min = 4 << 10;
constexpr std::size_t fill_bytes_max = 256 << 10;

constexpr int stable_read_attempts = 5;

}  // namespace

BatchReader::BatchReader(const io::File& file, std::uint64_t position, std::uint64_t limit)
    : file_(&file), position_(position), limit_(limit), fill_bytes_(fill_bytes_min) {}

// The next `count` bytes, or as many of them as the file has below the limit.
Result<Bytes> BatchReader::buffered(std::size_t count) {
  const std::uint64_t end = buffer_position_ + buffer_used_;
  const bool begins_inside = position_ >= buffer_position_ && position_ < end;
  if (!begins_inside || position_ + count > end) {
    fill_bytes_ = begins_inside ? std::min(fill_bytes_ * 2, fill_bytes_max) : fill_bytes_min;
    const std::uint64_t left = limit_ > position_ ? limit_ - position_ : 0;
    const std::size_t wanted = std::min<std::uint64_t>(std::max(count, fill_bytes_), left);
    if (buffer_.size() < wanted) buffer_.resize(wanted);
    buffer_used_ = TRY(read_whole(position_, std::span(buffer_).first(wanted)));
    buffer_position_ = position_;
  }
  const std::size_t from = position_ - buffer_position_;
  return Bytes(buffer_).subspan(from, std::min(count, buffer_used_ - from));
}

// Fills as much of `out` as the file holds. Bytes that cannot be read must not count as missing.
// Bytes may also be missing for a moment, when recovery cuts the file and the next append makes it
// longer again.
Result<std::size_t> BatchReader::read_whole(std::uint64_t position, MutableBytes out) const {
  for (int attempt = 0; attempt < stable_read_attempts; attempt++) {
    const std::size_t count = TRY(file_->read_at(position, out));
    if (count == out.size()) return count;
    const std::uint64_t size = TRY(file_->size_bytes());
    if (size <= position + count) return count;
  }
  return io::system_error(file_->name(), "read", -EIO);
}

Result<std::optional<BatchHeader>> BatchReader::peek() {
  const std::optional<BatchHeader> end;
  if (current_) return current_;
  const Bytes bytes = TRY(buffered(batch_header_bytes));
  if (bytes.size() < batch_header_bytes) return end;
  auto header = parse_batch_header(bytes);
  if (!header) return corrupt_here(TRY(told_of(header.error())));
  if (static_cast<std::uint64_t>(header->size_bytes()) > limit_ - position_) return end;
  current_ = *header;
  return current_;
}

// What is wrong with the header here. A flipped magic looks like an old format; the checksum shows
// which it is.
Result<std::string> BatchReader::told_of(const Error& error) const {
  const auto old = TRY(find_old_batch(*file_, position_, limit_));
  if (!old) return error.message;
  return "message format " + std::to_string(old->magic) +
         " of Kafka before 0.11, which estream does not read; the file is sound: read it with a "
         "broker up to 3.9 and produce its events again";
}

Result<void> BatchReader::look_into(std::vector<std::byte>& out) {
  ASSERT(current_.has_value());
  const auto size = static_cast<std::size_t>(current_->size_bytes());
  const std::size_t from = position_ - buffer_position_;
  const std::size_t copied = std::min(size, buffer_used_ - from);
  // A length is only a claim: no memory is taken for a batch that the file does not hold.
  if (copied < size) {
    const std::uint64_t file_size = TRY(file_->size_bytes());
    if (file_size < position_ + size) return corrupt_here("the file ends inside this batch");
  }
  out.resize(size);
  std::memcpy(out.data(), buffer_.data() + from, copied);
  if (copied < size) {
    const std::size_t count = TRY(read_whole(position_ + copied, std::span(out).subspan(copied)));
    if (copied + count < size) return corrupt_here("the file ends inside this batch");
  }
  if (auto valid = verify_crc(*current_, out); !valid) {
    return corrupt_here(valid.error().message);
  }
  return {};
}

Result<void> BatchReader::read(std::vector<std::byte>& out) {
  TRY(look_into(out));
  skip();
  return {};
}

void BatchReader::skip() {
  ASSERT(current_.has_value());
  position_ += static_cast<std::uint64_t>(current_->size_bytes());
  current_.reset();
}

Error BatchReader::corrupt_here(const std::string& what) const {
  return Error::in_file(Error::Code::corrupt, file_->name(), what, position_);
}

}  // namespace estream::log
