#include "tool/consume/dead_letter.h"

#include <vector>

#include "record/batch_builder.h"
#include "record/batch_records.h"

namespace estream::tool {

namespace {

Result<void> add(RecordView record, const std::string& at, std::size_t source,
                 const DeadLetter& letter, RecordCopier& copier, WorkOutput& output) {
  std::string headers(record.headers.encoded);
  const std::string attempts = std::to_string(letter.attempts);
  encode_header(headers, {"estream.source", at});
  encode_header(headers, {"estream.group", letter.group});
  encode_header(headers, {"estream.error", letter.reason});
  encode_header(headers, {"estream.attempts", attempts});
  record.headers = {record.headers.count + 4, headers};
  CopiedRecord copy;
  TRY(copier.copy(source, record, copy));
  output.add(copy.partition, copy.record);
  return {};
}

}  // namespace

Result<void> add_dead_letter(const read::SourceRequest& request, const read::PartitionPlace& place,
                             std::size_t source, const DeadLetter& letter, RecordCopier& copier,
                             WorkOutput& output) {
  read::PartitionSource opened = TRY(read::open_source(place, request));
  TRY(opened.reader.seek(letter.offset));
  const std::string at = place.name + "@" + std::to_string(letter.offset.value);
  const auto header = TRY(opened.reader.peek());
  std::vector<std::byte> bytes;
  BatchDecoder decoder;
  if (header) {
    TRY(opened.reader.read(bytes));
    for (const RecordView& record : TRY(decoder.decode(*header, bytes))) {
      if (record.offset == letter.offset) return add(record, at, source, letter, copier, output);
    }
  }
  return Error{Error::Code::corrupt,
               at + ": the event was removed before it could become a dead letter; run it again"};
}

}  // namespace estream::tool
