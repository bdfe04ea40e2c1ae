#include "tool/window/checkpoint.h"

#include <utility>

#include "base/crc32c.h"

namespace estream::tool {

namespace {

std::string checkpoint_name(const std::string& position_file, std::uint8_t number) {
  return position_file + ".state" + std::to_string(number);
}

}  // namespace

Result<CheckpointRef> write_checkpoint(const io::Directory& group, const std::string& position_file,
                                       const std::optional<CheckpointRef>& last,
                                       std::vector<Offset> positions, std::string_view state) {
  CheckpointRef checkpoint;
  checkpoint.number = last && last->number == 1 ? 2 : 1;
  checkpoint.bytes = state.size();
  checkpoint.crc = crc32c(as_bytes(state));
  checkpoint.positions = std::move(positions);
  const std::string name = checkpoint_name(position_file, checkpoint.number);
  TRY(group.remove_dead_temporaries(name));
  TRY(group.replace_file(name, state, "."));
  return checkpoint;
}

Result<std::optional<std::string>> read_checkpoint(const io::Directory& group,
                                                   const std::string& position_file,
                                                   const CheckpointRef& checkpoint,
                                                   std::string& why) {
  const std::string name = checkpoint_name(position_file, checkpoint.number);
  why = group.path_of(name) + " is ";
  const auto status = TRY(group.status(name));
  if (!status) {
    why += "missing";
    return std::optional<std::string>();
  }
  const io::File file = TRY(group.open_file(name, io::OpenMode::read));
  const std::uint64_t size = TRY(file.size_bytes());
  std::string state(size == checkpoint.bytes ? size : 0, '\0');
  const std::size_t count = TRY(file.read_at(0, std::as_writable_bytes(std::span(state))));
  if (size == checkpoint.bytes && count == size && crc32c(as_bytes(state)) == checkpoint.crc) {
    return std::optional(std::move(state));
  }
  why += "damaged, or that of another time";
  return std::optional<std::string>();
}

}  // namespace estream::tool
