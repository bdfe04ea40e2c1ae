#include "log/verify/batch_check.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "base/work_meter.h"
#include "io/thread.h"
#include "record/batch_header.h"

namespace estream::log {

namespace {

// The number of waiting ranges is limited, so that the walk is not far ahead of the checks. Then
// the pages are still in memory when they are read again.
constexpr std::size_t ranges_waiting_per_thread = 4;

// The memory that each thread may use at any time, once for stored and once for decoded batches. A
// usual batch of 1 MiB needs less when it is decoded.
constexpr std::size_t light_bytes_max = 12 << 20;

}  // namespace

void BatchProof::check(const BatchRange& range) {
  if (range.to - range.from > light_bytes_max) heavy_.lock();
  check_bytes(range);
  if (!heavy_.owns_lock()) return;
  decoder_.release();
  bytes_ = std::vector<std::byte>();  // To assign {} would keep the memory.
  heavy_.unlock();
}

// Only one thread at a time decodes a batch that takes much memory.
Result<std::span<const RecordView>> BatchProof::decode(const BatchHeader& header, Bytes batch) {
  if (const auto records = decoder_.decode_within(header, batch, light_bytes_max)) return *records;
  if (!heavy_.owns_lock()) {
    decoder_.release();
    heavy_.lock();
  }
  TRY(decoder_.unpack(header, batch));
  const bool is_alone = batch.size() == bytes_.size();
  if (is_alone && header.codec != Codec::none) bytes_ = std::vector<std::byte>();
  return decoder_.take_records(header);
}

void BatchProof::check_bytes(const BatchRange& range) {
  const std::size_t size = range.to - range.from;
  if (bytes_.size() < size) bytes_.resize(size);
  const auto bytes = std::span(bytes_).first(size);
  const auto count = range.log->read_at(range.from, bytes);
  if (!count) return findings_->add(Remedy::restore_log, range.log->name(), count.error());
  std::uint64_t at = 0;
  while (at < size) {
    const auto header = parse_batch_header(Bytes(bytes).subspan(at, std::min(size, *count) - at));
    if (!header || header->size_bytes() > *count - at) {
      return findings_->fault(Remedy::restore_log, range.log->name(), range.from + at,
                              "changed while it was read, or the file was cut");
    }
    check_batch(*range.log, range.from + at, *header,
                Bytes(bytes).subspan(at, header->size_bytes()));
    at += header->size_bytes();
  }
  work_meter().done += static_cast<std::int64_t>(size);
  work_meter().bytes += static_cast<std::int64_t>(size);
}

void BatchProof::check_batch(const io::File& log, std::uint64_t position, const BatchHeader& header,
                             Bytes batch) {
  if (const auto sound = verify_crc(header, batch); !sound) {
    return findings_->fault(Remedy::restore_log, log.name(), position,
                            sound.error().message + "; its " + std::to_string(header.record_count) +
                                " records from offset " + std::to_string(header.base_offset.value) +
                                " on are damaged");
  }
  if (options_->depth == Depth::records) check_records(log, position, header, batch);
}

void BatchProof::check_records(const io::File& log, std::uint64_t position,
                               const BatchHeader& header, Bytes batch) {
  const auto records = decode(header, batch);
  if (!records)
    return findings_->fault(Remedy::restore_log, log.name(), position, records.error().message);
  if (records->empty() || header.is_control) return;
  Timestamp smallest = records->front().timestamp;
  Timestamp largest = smallest;
  for (const RecordView& record : *records) {
    smallest = std::min(smallest, record.timestamp);
    largest = std::max(largest, record.timestamp);
  }
  if (largest > header.max_timestamp) {
    findings_->fault(Remedy::restore_log, log.name(), position,
                     "a record has the time " + std::to_string(largest.ms) +
                         ", but its batch has " + std::to_string(header.max_timestamp.ms) +
                         " as the largest");
  }
  const bool has_exact_times = layout_ == Layout::estream && !header.has_delete_horizon &&
                               header.timestamp_type == TimestampType::create_time;
  if (has_exact_times && (smallest != header.base_timestamp || largest < header.max_timestamp)) {
    findings_->note_once(log.name(), position,
                         "the times in its header are not exactly those of its events: another "
                         "program wrote it");
  }
}

// noexcept: an exception for missing memory cannot be caught here while other threads are at work,
// so the process ends.
void VerifyPool::run(std::vector<Walk> walks) noexcept {
  walks_ = std::move(walks);
  std::vector<std::thread> threads;
  for (std::size_t i = 1; i < options_->threads; i++) {
    auto thread = io::start_thread([this] { work(); });
    if (!thread) break;  // This thread then does all the work.
    threads.push_back(*std::move(thread));
  }
  work();
  for (std::thread& thread : threads) thread.join();
}

void VerifyPool::work() {
  BatchProof proof(layout_, *options_, heavy_, *findings_);
  std::unique_lock lock(mutex_);
  for (;;) {
    if (options_->is_stopped()) ranges_.clear();
    if (!ranges_.empty()) {
      const BatchRange range = std::move(ranges_.front());
      ranges_.pop_front();
      lock.unlock();
      proof.check(range);
      lock.lock();
    } else if (next_walk_ < walks_.size()) {
      const Walk& walk = walks_[next_walk_++];
      walking_++;
      lock.unlock();
      walk([&](BatchRange range) { hand_out(std::move(range), proof); });
      lock.lock();
      walking_--;
      changed_.notify_all();
    } else if (walking_ > 0) {
      changed_.wait(lock);
    } else {
      return;
    }
  }
}

void VerifyPool::hand_out(BatchRange range, BatchProof& proof) {
  std::unique_lock lock(mutex_);
  if (ranges_.size() < ranges_waiting_per_thread * options_->threads) {
    ranges_.push_back(std::move(range));
    changed_.notify_one();
    return;
  }
  lock.unlock();
  proof.check(range);
}

}  // namespace estream::log
