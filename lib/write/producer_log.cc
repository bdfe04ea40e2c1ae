#include "write/producer_log.h"

namespace estream::write {

Error other_event(const io::Directory& partition, Offset offset, const std::string& producer,
                  const std::string& advice) {
  return {Error::Code::corrupt, partition.name() + "@" + std::to_string(offset.value) +
                                    ": producer '" + producer +
                                    "' has another event there than this input; " + advice};
}

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
  return write::other_event(writer_->directory(), record.offset, name_, advice);
}

}  // namespace estream::write
