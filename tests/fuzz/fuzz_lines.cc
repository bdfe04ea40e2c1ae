// What estream-produce makes of its input: whatever pieces it comes in, the lines are those between
// the delimiters, each is an event or is refused, and the batches hold the events.
#include "fuzz/fuzz.h"
#include "fuzz/reference_records.h"
#include "json/event_parser.h"
#include "record/batch_records.h"
#include "support/memory_system.h"
#include "tool/produce/chunk_reader.h"
#include "tool/records/chunk_builder.h"

using namespace estream;
using namespace estream::fuzz;
using tool::BuildOptions;
using tool::Chunk;

namespace {

Mark oversized("lines", "a line is too long");
Mark stored("lines", "an event becomes a record");
Mark bad("lines", "a line is refused");
Mark pieces("lines", "a line comes in several pieces");

// Standard input that comes in pieces.
class PipeSystem : public io::MemorySystem {
 public:
  PipeSystem(std::string_view text, std::size_t piece_bytes)
      : text_(text), piece_bytes_(piece_bytes) {}

  std::int64_t read(int, MutableBytes out) override {
    const std::size_t count = std::min({out.size(), text_.size(), piece_bytes_});
    std::copy_n(as_bytes(text_).begin(), count, out.begin());
    text_.remove_prefix(count);
    return static_cast<std::int64_t>(count);
  }
  int poll(std::span<io::PollEntry> entries, int) override {
    for (io::PollEntry& entry : entries) entry.is_ready = true;
    return static_cast<int>(entries.size());
  }

 private:
  std::string_view text_;
  std::size_t piece_bytes_;
};

std::vector<std::string> split(std::string_view text, const std::string& delimiter) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(delimiter), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(text.size(), end + delimiter.size()));
  }
  return lines;
}

BuildOptions build_options(std::uint8_t how, const std::string& delimiter) {
  BuildOptions options;
  constexpr tool::InputFormat formats[] = {tool::InputFormat::text, tool::InputFormat::json,
                                           tool::InputFormat::envelope, tool::InputFormat::text};
  options.format = formats[how & 3];
  options.delimiter = delimiter;
  options.empty_is_tombstone = (how & 4) != 0;
  if ((how & 8) != 0 && options.format == tool::InputFormat::json) {
    options.key_path = *json::parse_path(".k");
    options.time_path = *json::parse_path(".t");
  }
  if ((how & 16) != 0) options.key_delimiter = ":";
  options.key_missing = (how & 32) != 0 ? tool::KeyMissing::null : tool::KeyMissing::reject;
  options.continues_after_bad_lines = true;
  options.partition_count = 3;
  options.batch_bytes = 300;
  options.record_bytes_max = 2000;
  return options;
}

// The values in the chunk's batches, as many as it says.
std::vector<std::optional<std::string>> values_of(const Chunk& chunk) {
  std::vector<std::optional<std::string>> values;
  BatchDecoder decoder;
  for (const tool::BuiltBatch& built : chunk.batches) {
    const Bytes bytes = Bytes(chunk.batch_bytes).subspan(built.begin, built.size);
    const auto header = parse_batch_header(bytes);
    PROPERTY(header && header->size_bytes() == built.size && verify_crc(*header, bytes));
    const auto records = decoder.decode(*header, bytes);
    PROPERTY(records && records->size() == built.event_count);
    for (const RecordView& record : *records) values.push_back(owned(record).value);
  }
  PROPERTY(values.size() == static_cast<std::size_t>(chunk.event_count));
  return values;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Recipe recipe(data, size);
  const std::uint8_t how = recipe.byte();
  const std::size_t piece_bytes = 1 + recipe.choice(64);
  tool::ChunkReaderOptions options;
  options.chunk_bytes = 1 + 4 * recipe.choice(256);
  options.line_bytes_max = 5000;
  if ((how & 64) != 0) options.delimiter = std::string("\r\n");
  if ((how & 128) != 0) options.delimiter = std::string(1, '\0');
  const BuildOptions build = build_options(how, options.delimiter);
  options.skips_blank_lines = build.format != tool::InputFormat::text && !build.empty_is_tombstone;
  const std::string_view text = recipe.rest_text();
  const std::vector<std::string> lines = split(text, options.delimiter);

  PipeSystem system(text, piece_bytes);
  tool::ChunkReader reader(system, options);
  tool::ChunkBuilder builder(build);
  std::size_t line_count = 0;
  std::vector<std::optional<std::string>> values;
  for (;;) {
    Chunk chunk;
    const auto more = reader.next(chunk);
    PROPERTY(more.has_value());
    if (!*more) break;
    PROPERTY(chunk.buffer.size() >= chunk.size + json::padding_bytes);
    PROPERTY(chunk.buffer.size() <= (3 << 20));
    builder.build(chunk);
    if (chunk.is_oversized) oversized.reach();
    if (!chunk.rejected.empty()) bad.reach();
    for (auto& value : values_of(chunk)) values.push_back(std::move(value));
    line_count += chunk.is_oversized ? 1 : chunk.line_count;
  }
  PROPERTY(line_count == lines.size());
  if (!values.empty()) stored.reach();
  if (!lines.empty() && lines[0].size() > piece_bytes) pieces.reach();
  const bool is_plain =
      build.format == tool::InputFormat::text && !build.key_delimiter && !build.empty_is_tombstone;
  if (!is_plain) return 0;
  // Without keys all go to one partition, in their order: byte for byte what came in.
  std::vector<std::optional<std::string>> expected;
  for (const std::string& line : lines) {
    if (line.size() <= 1900) expected.emplace_back(line);
  }
  std::erase_if(values, [](const auto& value) { return value->size() > 1900; });
  PROPERTY(values == expected);
  return 0;
}
