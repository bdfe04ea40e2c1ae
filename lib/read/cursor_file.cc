#include "read/cursor_file.h"

#include <cerrno>
#include <nlohmann/json.hpp>
#include <utility>

namespace estream::read {

namespace {

using Json = nlohmann::json;
using OrderedJson = nlohmann::ordered_json;

constexpr std::size_t cursor_bytes_max = 16 << 20;
constexpr int cursor_version = 1;

Error not_a_cursor(const char* why) {
  return {Error::Code::corrupt, std::string("is not a cursor file: ") + why};
}

// Each write replaces the file, so it would replace a link. And with two names for one cursor, two
// runs could hold it at once.
Error not_the_file(const std::string& path) {
  return {Error::Code::usage,
          "--cursor-file " + path +
              ": is a link, or not a regular file; give the path of the file itself"};
}

// The whole number from 0 to `max` in the field; nothing when the field has no such number.
std::optional<std::int64_t> whole_number(const Json& object, const char* name, std::int64_t max) {
  const auto field = object.find(name);
  if (field == object.end() || !field->is_number_unsigned()) return std::nullopt;
  const auto value = field->get<std::uint64_t>();
  if (value > static_cast<std::uint64_t>(max)) return std::nullopt;
  return static_cast<std::int64_t>(value);
}

}  // namespace

// Nothing here throws: parse() is called without exceptions, and all types are checked before use.
Result<Cursor> Cursor::parse(std::string_view text) {
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object()) return not_a_cursor("not a JSON object");
  if (whole_number(json, "version", INT32_MAX) != cursor_version) return not_a_cursor("version");
  const auto positions = json.find("positions");
  if (positions == json.end() || !positions->is_array()) return not_a_cursor("no positions");
  Cursor cursor;
  for (const Json& position : *positions) {
    if (!position.is_object()) return not_a_cursor("a position is not an object");
    const auto topic = position.find("topic");
    const auto partition = whole_number(position, "partition", INT32_MAX);
    const auto offset = whole_number(position, "offset", INT64_MAX);
    const bool has_topic = topic != position.end() && topic->is_string();
    if (!has_topic || !partition || !offset) return not_a_cursor("a position is incomplete");
    CursorPosition& entry =
        cursor.positions_[{topic->get<std::string>(), static_cast<std::int32_t>(*partition)}];
    entry.offset = {*offset};
    if (const auto epoch = whole_number(position, "epoch", INT32_MAX)) {
      entry.epoch = static_cast<std::int32_t>(*epoch);
    }
    if (const auto id = position.find("topic_id"); id != position.end()) {
      const auto known =
          id->is_string() ? topic::TopicId::parse(id->get_ref<const std::string&>()) : std::nullopt;
      if (!known) return not_a_cursor("topic_id");
      entry.topic_id = *known;
    }
  }
  return cursor;
}

std::string Cursor::to_text() const {
  std::string text = "{\"version\":" + std::to_string(cursor_version) + ",\"positions\":[";
  const char* separator = "\n";
  for (const auto& [key, position] : positions_) {
    OrderedJson line = {{"topic", key.first}};
    if (!position.topic_id.is_none()) line["topic_id"] = position.topic_id.to_text();
    line["partition"] = key.second;
    line["offset"] = position.offset.value;
    if (position.epoch) line["epoch"] = *position.epoch;
    text += separator + line.dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
    separator = ",\n";
  }
  return text + "]}\n";
}

std::optional<CursorPosition> Cursor::find(const std::string& topic, std::int32_t partition) const {
  const auto found = positions_.find({topic, partition});
  if (found == positions_.end()) return std::nullopt;
  return found->second;
}

void Cursor::set(const std::string& topic, std::int32_t partition, const CursorPosition& position) {
  positions_[{topic, partition}] = position;
}

CursorFile::Place CursorFile::place() const {
  const std::size_t slash = path_.rfind('/');
  if (slash == std::string::npos) return {".", path_};
  return {slash == 0 ? "/" : path_.substr(0, slash), path_.substr(slash + 1)};
}

std::string CursorFile::lock_name() const { return "." + place().name + ".estream-lock"; }

// If the lock file was removed between the opening and the lock, a new one is made.
Result<void> CursorFile::hold() {
  const auto [directory_path, name] = place();
  if (name.empty()) return Error{Error::Code::usage, "--cursor-file " + path_ + ": no file name"};
  const io::Directory directory = TRY(io::Directory::open(*system_, directory_path));
  for (;;) {
    io::File lock = TRY(directory.open_file(lock_name(), io::OpenMode::create_or_open));
    const int answer = system_->try_lock(lock.fd(), 0);
    if (answer == -EAGAIN) {
      return Error{Error::Code::busy, path_ +
                                          ": another reader uses this cursor file; let it end, or "
                                          "give this one its own cursor file"};
    }
    const bool is_current = TRY(directory.leads_to(lock_name(), lock));
    if (!is_current) continue;
    directory_ = directory;
    lock_.emplace(std::move(lock));
    return {};
  }
}

void CursorFile::release() {
  if (!lock_) return;
  (void)directory_->remove_file(lock_name());
  lock_.reset();
}

Result<Cursor> CursorFile::read() const {
  const auto [directory_path, name] = place();
  if (name.empty()) return Error{Error::Code::usage, "--cursor-file " + path_ + ": no file name"};
  const io::Directory directory = TRY(io::Directory::open(*system_, directory_path));
  // This run does not need the leftovers of killed runs, so an error here is ignored.
  (void)directory.remove_dead_temporaries(name);
  const auto status = TRY(directory.status(name));
  if (status && status->kind != io::FileStatus::Kind::regular) return not_the_file(path_);
  const auto text = directory.read_file(name, cursor_bytes_max);
  if (!text) {
    if (text.error().code == Error::Code::not_found) return Cursor();
    return text.error();
  }
  auto cursor = Cursor::parse(*text);
  if (!cursor) return Error{cursor.error().code, path_ + ": " + cursor.error().message};
  return cursor;
}

Result<void> CursorFile::write(const Cursor& cursor) const {
  const auto [directory_path, name] = place();
  const io::Directory directory = TRY(io::Directory::open(*system_, directory_path));
  return directory.replace_file(name, cursor.to_text());
}

}  // namespace estream::read
