#include "fuzz/partition.h"

#include "fuzz/fuzz.h"
#include "record/batch_records.h"

namespace estream::fuzz {

MemoryPartition::MemoryPartition() {
  PROPERTY(system.make_directory_at(system.current_directory(), "p", 0777) == 0);
  system.crash(io::MemorySystem::Loss::nothing);
  system.set_boot_id(io::BootId{std::byte{1}});
}

io::Directory MemoryPartition::directory() {
  auto opened = io::Directory::open(system, "p");
  PROPERTY(opened.has_value());
  return *opened;
}

void MemoryPartition::put(const std::string& name, std::string_view content) {
  system.set_content("p/" + name, content);
}

std::optional<std::string> MemoryPartition::get(const std::string& name) {
  if (!system.exists("p/" + name)) return std::nullopt;
  return system.content("p/" + name);
}

std::map<std::string, std::string> MemoryPartition::records_tree() {
  std::map<std::string, std::string> tree = system.tree();
  std::erase_if(tree, [](const auto& entry) {
    return entry.first.ends_with("index") || entry.first == "p/lock";
  });
  return tree;
}

ReadOutcome read_all(const io::Directory& directory, log::Layout layout, log::Extent extent) {
  ReadOutcome outcome;
  auto reader = log::PartitionReader::open(directory, layout, std::nullopt, extent);
  if (!reader) {
    outcome.error = reader.error();
    return outcome;
  }
  BatchDecoder decoder;
  std::vector<std::byte> bytes;
  for (;;) {
    const auto header = reader->peek();
    if (header && !*header) return outcome;
    const auto read = header ? reader->read(bytes) : Result<void>(header.error());
    if (!read) {
      outcome.error = read.error();
      return outcome;
    }
    const auto records = decoder.decode(**header, bytes);
    if (!records) {
      outcome.error = records.error();
      return outcome;
    }
    outcome.batches.push_back(**header);
    for (const RecordView& record : *records) outcome.records.push_back(owned(record));
  }
}

}  // namespace estream::fuzz
