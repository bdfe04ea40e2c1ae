#include "topic/topic_directory.h"

namespace estream::topic {

namespace {

constexpr std::uint32_t superuser = 0;

Error not_followed(const std::string& path, const std::string& why) {
  return {Error::Code::usage, path + ": " + why +
                                  "; a link is followed when the owner of the data root, or root, "
                                  "made it and owns what it leads to"};
}

}  // namespace

Result<io::Directory> open_topic_directory(const io::Directory& root, const std::string& name) {
  const auto status = TRY(root.status(name));
  if (!status || status->kind != io::FileStatus::Kind::link) return root.open_directory(name);
  const std::string path = root.path_of(name);
  const std::uint32_t owner = TRY(root.status()).owner;
  const auto is_trusted = [owner](const io::FileStatus& file) {
    return file.owner == owner || file.owner == superuser;
  };
  if (!is_trusted(*status)) return not_followed(path, "is a link that another user made");
  auto directory = root.open_linked_directory(name);
  if (!directory && directory.error().code == Error::Code::not_found) {
    return Error::in_file(Error::Code::io, path, "is a link that leads nowhere");
  }
  if (!directory) return std::move(directory).error();
  const io::FileStatus target = TRY(directory->status());
  if (!is_trusted(target)) return not_followed(path, "leads to a directory of another user");
  return directory;
}

}  // namespace estream::topic
