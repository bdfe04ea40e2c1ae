#include "group/producer_directory.h"

#include <utility>

#include "group/group_directory.h"
#include "group/position_claim.h"
#include "group/subdirectory.h"
#include "topic/topic_directory.h"

namespace estream::group {

namespace {

// In the names of files that io::Directory::replace_file() has not renamed yet.
constexpr std::string_view temporary_infix = ".tmp.";

bool is_of_other_file(std::string_view name) {
  return name.ends_with(lock_file_of("")) || name.find(temporary_infix) != name.npos;
}

}  // namespace

Result<void> check_producer_name(std::string_view name) {
  TRY(check_name("the producer", name));
  if (!is_of_other_file(name)) return {};
  return Error{Error::Code::usage,
               "the producer '" + std::string(name) +
                   "': the name must not end with .lock, and must not have .tmp. in it"};
}

Result<std::optional<io::Directory>> find_producers(const io::Directory& topic) {
  return find_subdirectory(topic, topic::producers_name);
}

Result<io::Directory> make_producers(const io::Directory& topic) {
  io::Directory producers = TRY(make_subdirectory(topic, topic::producers_name));
  // Who made the directory may have died before its name was durable.
  const bool is_new = TRY(list_producers(producers)).empty();
  if (is_new) TRY(topic.sync());
  return producers;
}

Result<std::vector<std::string>> list_producers(const io::Directory& producers) {
  std::vector<std::string> names = TRY(producers.list());
  std::erase_if(names, [](const std::string& name) { return !check_producer_name(name); });
  return names;
}

}  // namespace estream::group
