#include "log/in_place.h"

#include <string>

#include "log/names.h"

namespace estream::log {

namespace {

Error not_in_place(const std::string& name) {
  return {Error::Code::io, name +
                               ": was removed, renamed or replaced while it was in use; events "
                               "that were not acknowledged may be lost; run it again"};
}

}  // namespace

Result<void> check_in_place(const io::Directory& partition, const io::File& lock,
                            const io::File& commit) {
  const bool is_in_place = TRY(partition.is_in_place());
  if (!is_in_place) return not_in_place(partition.name());
  const bool has_lock = TRY(partition.leads_to(lock_file_name, lock));
  if (!has_lock) return not_in_place(lock.name());
  const bool has_commit = TRY(partition.leads_to(commit_file_name, commit));
  return has_commit ? Result<void>() : not_in_place(commit.name());
}

}  // namespace estream::log
