#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "base/result.h"
#include "record/batch_builder.h"
#include "tool/produce/appender.h"
#include "tool/produce/produce_options.h"
#include "tool/produce/producer_position.h"

namespace estream::tool {

// Appends the events of an input that says itself where each event is (--dedup), each once: those
// up to the position of the producer are dropped, and the others move it.
class SequencedAppender final : public Appender {
 public:
  SequencedAppender(write::PartitionWriters& writers, Acknowledger& acknowledger,
                    const ProduceOptions& options, ChunkPool& pool)
      : writers_(writers), acknowledger_(acknowledger), options_(options), pool_(pool) {}

  // Takes the position of the producer. If there is no topic yet, append() does it.
  Result<void> start() override;
  // Error::Code::corrupt for an event that is not behind the one before it, or whose value is of
  // another kind. Then nothing of its chunk is stored.
  Result<void> append(SettledChunk incoming) override;
  Result<void> close() override;

 private:
  // An event behind the position of the start, with which the next one is compared.
  struct Seen {
    SequenceValue value;
    std::string place;  // "stdin:17"
  };

  Result<void> open();
  Result<std::size_t> count_known(const SettledChunk& incoming);
  Error not_behind(const SettledChunk& incoming, std::size_t event,
                   const SequenceValue& before) const;
  Error of_other_kind(const SettledChunk& incoming, std::size_t event,
                      const SequenceValue& before) const;
  Result<void> store(SettledChunk& incoming, std::size_t known);

  write::PartitionWriters& writers_;
  Acknowledger& acknowledger_;
  const ProduceOptions& options_;
  ChunkPool& pool_;
  std::optional<ProducerPosition> position_;
  std::optional<Seen> last_;  // Of the chunks so far.
  BatchBuilder builder_;
  bool is_stopped_ = false;  // While it waited for another run.
  bool has_failed_ = false;
};

}  // namespace estream::tool
