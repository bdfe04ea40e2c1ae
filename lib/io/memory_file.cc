#include "io/memory_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>

#include "io/file.h"

namespace estream::io {

namespace {

// Since Linux 6.3, a file without this flag is refused where the administrator has forbidden
// programs in memory (vm.memfd_noexec). The headers of Debian 12 do not have it.
constexpr unsigned never_executable = 0x0008U;

int open_memory(const std::string& name) {
  constexpr unsigned flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
  const int fd = ::memfd_create(name.c_str(), flags | never_executable);
  return fd < 0 && errno == EINVAL ? ::memfd_create(name.c_str(), flags) : fd;
}

}  // namespace

Result<MemoryFile> MemoryFile::make(const std::string& name, std::string_view content) {
  Descriptor file(open_memory(name));
  if (!file.is_open()) return system_error(name, "make a file in memory", -errno);
  while (!content.empty()) {
    const ssize_t count = ::write(file.fd(), content.data(), content.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return system_error(name, "write to memory", count < 0 ? -errno : -EIO);
    content.remove_prefix(static_cast<std::size_t>(count));
  }
  constexpr int seals = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
  if (::fcntl(file.fd(), F_ADD_SEALS, seals) != 0) return system_error(name, "seal", -errno);
  if (::lseek(file.fd(), 0, SEEK_SET) != 0) return system_error(name, "seek", -errno);
  return MemoryFile(std::move(file));
}

}  // namespace estream::io
