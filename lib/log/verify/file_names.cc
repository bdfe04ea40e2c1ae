#include "log/verify/file_names.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <set>
#include <string_view>

#include "log/names.h"
#include "log/verify/broker_files.h"

namespace estream::log {

namespace {

constexpr std::array<std::string_view, 4> segment_suffixes = {
    ".index", ".timeindex", aborted_index_suffix, producer_snapshot_suffix};

struct Leftover {
  std::string_view mark;
  const char* what;
};
constexpr std::array<Leftover, 4> leftovers = {{
    {".cleaned",
     "left by a compaction or recovery that is running or was interrupted; nothing reads it"},
    {".swap", "left by a broker's compaction that was interrupted; nothing reads it"},
    {".deleted", "a broker was about to remove this file; nothing reads it"},
    {".tmp", "left when the replacement of a file was interrupted; nothing reads it"},
}};

// The segment that a file with another suffix than .log belongs to.
std::optional<Offset> segment_of(std::string_view name) {
  for (const std::string_view suffix : segment_suffixes) {
    if (!name.ends_with(suffix)) continue;
    const std::string stem(name.substr(0, name.size() - suffix.size()));
    return parse_log_name(stem + ".log");
  }
  return std::nullopt;
}

void note_quarantine(const io::Directory& directory, Findings& findings) {
  const auto cell = directory.open_directory(quarantine_name);
  const auto names = cell ? cell->list() : Result<std::vector<std::string>>(cell.error());
  const std::string path = directory.path_of(quarantine_name);
  if (!names) return findings.add(Remedy::none, path, names.error());
  findings.note(path, std::nullopt,
                "holds " + std::to_string(names->size()) +
                    " files with what recovery cut off; look at them, then remove them");
}

bool is_brokers(std::string_view name) {
  return name == partition_metadata_name || name.ends_with(producer_snapshot_suffix) ||
         name.ends_with(aborted_index_suffix);
}

const char* leftover_text(std::string_view name) {
  for (const Leftover& leftover : leftovers) {
    if (name.find(leftover.mark) != std::string_view::npos) return leftover.what;
  }
  return nullptr;
}

void sort_other(const io::Directory& directory, const std::string& name, Layout layout,
                PartitionNames& names, Findings& findings) {
  const std::string path = directory.path_of(name);
  if (const char* what = leftover_text(name)) return findings.note(path, std::nullopt, what);
  const bool is_state = name.ends_with(producer_snapshot_suffix);  // Named by any offset.
  const auto base = segment_of(name);
  if (base && !is_state && !std::ranges::binary_search(names.segments, *base)) {
    return findings.note(path, std::nullopt, "belongs to a segment that is not there");
  }
  if (is_brokers(name)) {
    names.broker_files.push_back(name);
  } else if (!base) {
    const char* whose = layout == Layout::kafka ? "is not a file of Kafka's" : "is not estream's";
    findings.note(path, std::nullopt, whose);
  }
}

// Segments whose new log has replaced the old one, but whose new indexes have not.
std::set<Offset> find_new_indexes(const std::vector<std::string>& all) {
  std::set<Offset> logs, indexes;
  for (const std::string_view name : all) {
    if (!name.ends_with(cleaned_suffix)) continue;
    const std::string_view stem = name.substr(0, name.size() - std::strlen(cleaned_suffix));
    if (const auto log = parse_log_name(stem)) logs.insert(*log);
    if (const auto index = segment_of(stem)) indexes.insert(*index);
  }
  for (const Offset base : logs) indexes.erase(base);
  return indexes;
}

}  // namespace

Result<PartitionNames> prove_names(const io::Directory& directory, Layout layout,
                                   Findings& findings) {
  const std::vector<std::string> all = TRY(directory.list());
  PartitionNames names;
  for (const std::string& name : all) {
    const auto base = parse_log_name(name);
    if (!base) continue;
    if (base->value == INT64_MAX) {
      findings.fault(Remedy::none, directory.path_of(name), std::nullopt,
                     "no batch can begin at the largest number there is: move it aside");
    } else {
      names.segments.push_back(*base);
    }
  }
  std::ranges::sort(names.segments);
  names.with_new_indexes = find_new_indexes(all);
  for (const std::string& name : all) {
    if (parse_log_name(name)) continue;
    if (name == epochs_file_name) {
      names.has_epochs = true;
    } else if (layout == Layout::estream && name == lock_file_name) {
      names.has_lock = true;
    } else if (layout == Layout::estream && name == quarantine_name) {
      note_quarantine(directory, findings);
    } else if (layout == Layout::kafka || name != commit_file_name) {
      sort_other(directory, name, layout, names, findings);
    }
  }
  return names;
}

}  // namespace estream::log
