#include "group/subdirectory.h"

#include <utility>

namespace estream::group {

Result<std::optional<io::Directory>> find_subdirectory(const io::Directory& parent,
                                                       const std::string& name) {
  const auto status = TRY(parent.status(name));
  if (!status) return std::optional<io::Directory>();
  return std::optional(TRY(parent.open_directory(name)));
}

Result<io::Directory> make_subdirectory(const io::Directory& parent, const std::string& name) {
  if (auto there = TRY(find_subdirectory(parent, name))) return *std::move(there);
  auto made = parent.make_directory(name);
  // Another process may have been faster.
  if (!made && made.error().code != Error::Code::exists) return std::move(made).error();
  TRY(parent.sync());
  return parent.open_directory(name);
}

}  // namespace estream::group
