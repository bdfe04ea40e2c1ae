#include "window/row_copy.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include "window/state_bytes.h"

namespace estream::window {

namespace {

constexpr std::int64_t arguments_max = 1 << 16;

// Copies texts one behind the other.
class TextBlock {
 public:
  explicit TextBlock(std::byte* at) : at_(reinterpret_cast<char*>(at)) {}

  void take(std::string_view& text) {
    std::copy(text.begin(), text.end(), at_);
    text = {at_, text.size()};
    at_ += text.size();
  }
  void take(std::optional<std::string_view>& text) {
    if (text) take(*text);
  }

 private:
  char* at_;
};

bool are_headers(const RecordHeaders& headers) {
  VarintCursor cursor(headers.encoded);
  for (std::int32_t i = 0; i < headers.count && cursor.ok(); i++) {
    cursor.bytes(cursor.varint());
    if (const std::int32_t length = cursor.varint(); length != -1) cursor.bytes(length);
  }
  return headers.count >= 0 && cursor.ok() && cursor.remaining() == 0;
}

void save_argument(std::string& out, const Argument& argument) {
  save_number(out, static_cast<std::int64_t>(argument.kind));
  if (argument.kind == Argument::Kind::number) argument.number.save(out);
  save_text(out, argument.json);
}

std::optional<Argument> load_argument(VarintCursor& in) {
  Argument argument;
  const std::int64_t kind = in.varlong();
  if (kind < 0 || kind > static_cast<std::int64_t>(Argument::Kind::other)) return std::nullopt;
  argument.kind = static_cast<Argument::Kind>(kind);
  if (argument.kind == Argument::Kind::number) {
    const std::optional<Quantity> number = Quantity::load(in);
    if (!number) return std::nullopt;
    argument.number = *number;
  }
  argument.json = load_text(in);
  return argument;
}

void save_record(std::string& out, const RecordView& record) {
  save_number(out, record.timestamp.ms);
  save_optional(out, record.key);
  save_optional(out, record.value);
  save_number(out, record.headers.count);
  save_text(out, record.headers.encoded);
}

RecordView load_record(VarintCursor& in) {
  RecordView record;
  record.timestamp = {in.varlong()};
  record.key = load_optional(in);
  record.value = load_optional(in);
  record.headers.count = in.varint();
  record.headers.encoded = load_text(in);
  return record;
}

}  // namespace

RowCopy::RowCopy(const Row& row, Parts parts) : row_(row) {
  if (parts == Parts::no_record) row_.record = {row.offset, row.record.timestamp, {}, {}, {}};
  std::size_t size = row.arguments.size_bytes() + row.key.text.size() +
                     payload_bytes(row_.record.key, row_.record.value, row_.record.headers);
  for (const Argument& argument : row.arguments) size += argument.json.size();
  bytes_.reset(new std::byte[size]);

  const std::span<Argument> arguments(reinterpret_cast<Argument*>(bytes_.get()),
                                      row.arguments.size());
  std::ranges::uninitialized_copy(row.arguments, arguments);
  row_.arguments = arguments;
  TextBlock texts(bytes_.get() + row.arguments.size_bytes());
  for (Argument& argument : arguments) texts.take(argument.json);
  texts.take(row_.key.text);
  texts.take(row_.record.key);
  texts.take(row_.record.value);
  texts.take(row_.record.headers.encoded);
}

void RowCopy::save(std::string& out) const {
  save_number(out, row_.source);
  save_number(out, row_.offset.value);
  save_number(out, row_.time.ms);
  save_key(out, row_.key);
  save_number(out, static_cast<std::int64_t>(row_.conditions));
  save_number(out, static_cast<std::int64_t>(row_.arguments.size()));
  for (const Argument& argument : row_.arguments) save_argument(out, argument);
  save_record(out, row_.record);
}

std::optional<RowCopy> RowCopy::load(VarintCursor& in) {
  Row row;
  row.source = static_cast<std::uint32_t>(in.varlong());
  row.offset = {in.varlong()};
  row.time = {in.varlong()};
  const std::optional<GroupKey> key = load_key(in);
  if (!key) return std::nullopt;
  row.key = *key;
  row.conditions = static_cast<std::uint64_t>(in.varlong());
  const std::int64_t count = in.varlong();
  if (count < 0 || count > arguments_max) return std::nullopt;
  std::vector<Argument> arguments;
  for (std::int64_t i = 0; i < count; i++) {
    const std::optional<Argument> argument = load_argument(in);
    if (!argument) return std::nullopt;
    arguments.push_back(*argument);
  }
  row.arguments = arguments;
  row.record = load_record(in);
  row.record.offset = row.offset;
  if (!in.ok() || !are_headers(row.record.headers)) return std::nullopt;
  return RowCopy(row, Parts::all);
}

void save_key(std::string& out, const GroupKey& key) {
  save_number(out, static_cast<std::int64_t>(key.kind));
  save_number(out, static_cast<std::int64_t>(key.hash));
  save_text(out, key.text);
}

std::optional<GroupKey> load_key(VarintCursor& in) {
  const std::int64_t kind = in.varlong();
  const auto hash = static_cast<std::uint64_t>(in.varlong());
  const std::string_view text = load_text(in);
  if (!in.ok() || kind < 0 || kind > static_cast<std::int64_t>(GroupKey::Kind::json)) return {};
  return GroupKey{static_cast<GroupKey::Kind>(kind), text, hash};
}

}  // namespace estream::window
