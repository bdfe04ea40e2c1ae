#include "write/producer_log.h"

namespace estream::write {

Result<ProducerLog> ProducerLog::open(log::PartitionWriter& writer, std::string name) {
  const std::int64_t id = log::producer_id_of(name);
  log::ProducerHistory history = TRY(log::ProducerHistory::open(writer.directory(), id));
  return ProducerLog(writer, std::move(history), std::move(name), id);
}

Result<std::optional<log::PartitionWriter::Appended>> ProducerLog::append(std::int64_t number,
                                                                          MutableBytes batch) {
  patch_producer(batch, id_, 0, log::base_sequence_of(number));
  recompute_crc(batch);
  return writer_->append_if_at(history_.end_offset(), batch);
}

Error ProducerLog::other_event(const RecordView& record, const std::string& advice) const {
  return {Error::Code::corrupt, writer_->directory().name() + "@" +
                                    std::to_string(record.offset.value) + ": producer '" + name_ +
                                    "' has another event there than this input; " + advice};
}

}  // namespace estream::write
