#include "prove/crash_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "io/directory.h"
#include "log/names.h"

namespace estream::prove::crash {

namespace {

Error wrong(const std::string& what) { return {Error::Code::corrupt, what}; }

}  // namespace

Result<std::int64_t> count_strays(io::MemorySystem& system, const char* path) {
  const io::Directory directory = TRY(io::Directory::open(system, path));
  const auto names = TRY(directory.list());
  return std::ranges::count_if(names, [](const std::string& name) {
    return name.starts_with(".creating-") || name.find(".tmp.") != name.npos;
  });
}

Result<void> check_no_strays(io::MemorySystem& system, const char* path) {
  const std::int64_t count = TRY(count_strays(system, path));
  return count == 0 ? Result<void>() : wrong(fmt::format("{} files stay in {}", count, path));
}

Result<void> check_names_of_partition(const std::vector<std::string>& names) {
  std::set<Offset> logs;
  for (const std::string& name : names) {
    if (const auto base = log::parse_log_name(name)) logs.insert(*base);
  }
  const std::set<std::string> others = {log::lock_file_name, log::commit_file_name,
                                        log::epochs_file_name, log::quarantine_name};
  for (const std::string& name : names) {
    if (others.contains(name) || log::parse_log_name(name)) continue;
    auto base = log::parse_segment_file_name(name, log::SegmentFile::index);
    if (!base) base = log::parse_segment_file_name(name, log::SegmentFile::time_index);
    if (!base || !logs.contains(*base)) return wrong("maintenance left " + name);
  }
  return {};
}

Result<void> check_nothing_is_thrown_away(const std::map<std::string, std::string>& before,
                                          const std::map<std::string, std::string>& after) {
  for (const auto& [path, content] : before) {
    const auto found = after.find(path);
    const bool is_cut =
        path.ends_with(".log") && found != after.end() && found->second.size() < content.size();
    if (!is_cut) continue;
    const std::string rest = content.substr(found->second.size());
    // Zeros are nothing.
    if (rest.find_first_not_of('\0') == std::string::npos) continue;
    const bool is_kept = std::ranges::any_of(after, [&](const auto& entry) {
      return entry.first.find(log::quarantine_name) != std::string::npos && entry.second == rest;
    });
    if (!is_kept) return wrong(fmt::format("{} bytes of {} are thrown away", rest.size(), path));
  }
  return {};
}

}  // namespace estream::prove::crash
