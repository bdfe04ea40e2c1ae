#include "log/verify/findings.h"

#include <algorithm>
#include <utility>

namespace estream::log {

namespace {

constexpr std::int64_t findings_kept = 20;  // Of one file, of each kind.

void add_rest(const std::string& file, std::int64_t count, Finding::Kind kind, const char* name,
              std::vector<Finding>& all) {
  if (count <= findings_kept) return;
  all.push_back({kind, file, std::nullopt,
                 std::to_string(count - findings_kept) + " more " + name + " in this file"});
}

}  // namespace

std::string_view advice(Remedy remedy) {
  switch (remedy) {
    case Remedy::none:
      return "";
    case Remedy::restore_log:
      return "restore this file from a copy of the partition; without one, estream-consume "
             "--on-corrupt=skip reads the events around the damage";
    case Remedy::produce_anew:
      return "nothing needs to be restored: read it with a broker up to 3.9 and produce its events "
             "again";
    case Remedy::remove_index:
      return "an index is only a hint, and no event is damaged, but a search by time may miss some "
             "events: remove this file, and searches only take longer until a writer or compaction "
             "makes "
             "it again";
    case Remedy::append:
      return "nothing is lost: the next append writes it again";
    case Remedy::restore_epochs:
      return "restore this file from a copy of the partition; estream-inspect batches shows which "
             "epochs its batches have";
    case Remedy::rebuild_commit:
      return "move this file aside: the next writer makes it again from the segments";
    case Remedy::match_commit:
      return "this file and the segments are from different times: restore all of them from one "
             "copy, or move this file aside, and the next writer makes it again from the segments";
    case Remedy::empty_lock:
      return "no event is damaged: make it empty again with truncate -s 0";
    case Remedy::remove_broker_file:
      return "estream does not read this file; remove it before a broker does";
    case Remedy::restore_settings:
      return "this file holds settings and no events: restore it from a copy, or write it again as "
             "estream(5) describes it";
  }
  return "";
}

std::string Finding::text() const {
  const std::string place = position ? " at byte " + std::to_string(*position) : "";
  return file + place + ": " + what;
}

Finding finding_of(Remedy remedy, const std::string& file, const Error& error) {
  const bool is_damage = error.code == Error::Code::corrupt;
  const bool is_about_it = error.file == file;
  return {is_damage ? Finding::Kind::fault : Finding::Kind::unreadable, file,
          is_about_it ? error.position : std::nullopt, is_about_it ? error.what() : error.message,
          is_damage ? remedy : Remedy::none};
}

void Findings::fault(Remedy remedy, const std::string& file, std::optional<std::uint64_t> position,
                     std::string what) {
  keep({Finding::Kind::fault, file, position, std::move(what), remedy});
}

void Findings::note(const std::string& file, std::optional<std::uint64_t> position,
                    std::string what) {
  keep({Finding::Kind::note, file, position, std::move(what)});
}

void Findings::note_once(const std::string& file, std::uint64_t position, const std::string& what) {
  {
    const std::scoped_lock guard(mutex_);
    if (!noted_.insert(file + what).second) return;
  }
  note(file, position, what);
}

void Findings::add(Remedy remedy, const std::string& file, const Error& error) {
  keep(finding_of(remedy, file, error));
}

void Findings::add(std::vector<Finding> findings) {
  for (Finding& finding : findings) keep(std::move(finding));
}

void Findings::keep(Finding finding) {
  const std::scoped_lock guard(mutex_);
  File& file = files_[finding.file];
  const bool is_note = finding.kind == Finding::Kind::note;
  if (++(is_note ? file.notes : file.faults) > findings_kept) return;
  file.kept.push_back(std::move(finding));
}

std::vector<Finding> Findings::of_file(const std::string& file) const {
  const std::scoped_lock guard(mutex_);
  const auto found = files_.find(file);
  return found == files_.end() ? std::vector<Finding>() : found->second.kept;
}

std::vector<Finding> Findings::take() {
  const std::scoped_lock guard(mutex_);
  std::vector<Finding> all;
  for (auto& [name, file] : files_) {
    std::ranges::stable_sort(file.kept, {}, &Finding::position);
    std::ranges::move(file.kept, std::back_inserter(all));
    add_rest(name, file.faults, Finding::Kind::fault, "faults", all);
    add_rest(name, file.notes, Finding::Kind::note, "notes", all);
  }
  files_.clear();
  return all;
}

}  // namespace estream::log
