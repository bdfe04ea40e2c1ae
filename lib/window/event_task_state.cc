#include <array>

#include "base/crc32c.h"
#include "base/endian.h"
#include "window/event_task.h"
#include "window/state_bytes.h"

namespace estream::window {

namespace {

constexpr std::int64_t state_version = 1;
constexpr std::size_t checksum_bytes = sizeof(std::uint32_t);

}  // namespace

// The version, what the task is, the clocks, the retention, events that wait, the operator, and a
// checksum.
void EventTask::save(std::string& out) const {
  const std::size_t begin = out.size();
  save_number(out, state_version);
  save_number(out, static_cast<std::int64_t>(settings_.op));
  save_number(out, static_cast<std::int64_t>(clocks_.size()));
  for (const Timestamp clock : clocks_) save_number(out, clock.ms);
  retention_.save(out);
  for (const std::optional<RowCopy>& waiting : waiting_) {
    save_number(out, waiting ? 1 : 0);
    if (waiting) waiting->save(out);
  }
  held_.save(out);
  operator_->save(out);
  std::array<std::byte, checksum_bytes> checksum = {};
  store_be(checksum, 0, crc32c(as_bytes(std::string_view(out).substr(begin))));
  out.append(as_text(checksum));
}

bool EventTask::load(std::string_view bytes) {
  if (bytes.size() < checksum_bytes) return false;
  const Bytes checksum = as_bytes(bytes.substr(bytes.size() - checksum_bytes));
  bytes.remove_suffix(checksum_bytes);
  if (load_be<std::uint32_t>(checksum, 0) != crc32c(as_bytes(bytes))) return false;
  if (!load_state(bytes)) return false;
  counts_.open = operator_->open_groups();
  return true;
}

bool EventTask::load_state(std::string_view bytes) {
  VarintCursor in(bytes);
  if (in.varlong() != state_version) return false;
  if (in.varlong() != static_cast<std::int64_t>(settings_.op)) return false;
  if (in.varlong() != static_cast<std::int64_t>(clocks_.size())) return false;
  for (Timestamp& clock : clocks_) clock = {in.varlong()};
  smallest_ = smallest_clock();
  if (!retention_.load(in)) return false;

  const auto hold = [&](const Row& row) {
    if (!retention_.has(row.source, row.offset)) return false;
    if (row.arguments.size() < argument_count_) return false;
    retention_.hold(row.source, row.offset);
    return true;
  };
  for (std::uint32_t source = 0; source < waiting_.size(); source++) {
    if (in.varlong() == 0) continue;
    waiting_[source] = RowCopy::load(in);
    const std::optional<RowCopy>& waiting = waiting_[source];
    if (!waiting || waiting->row().source != source || !hold(waiting->row())) return false;
  }
  if (!held_.load(in, hold)) return false;
  bytes.remove_prefix(bytes.size() - in.remaining());
  return operator_->load(bytes) && bytes.empty();
}

}  // namespace estream::window
