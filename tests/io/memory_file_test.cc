#include "io/memory_file.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>

using namespace estream;

namespace {

std::string read_all(int fd) {
  std::string content;
  std::array<char, 1 << 16> piece;
  for (;;) {
    const ssize_t count = ::read(fd, piece.data(), piece.size());
    REQUIRE(count >= 0);
    if (count == 0) return content;
    content.append(piece.data(), static_cast<std::size_t>(count));
  }
}

}  // namespace

TEST_CASE("a file in memory is read from its first byte") {
  std::string content;
  for (int i = 0; content.size() < (3U << 20); i++) content += std::to_string(i) + "\n";
  const auto file = io::MemoryFile::make("batch", content);
  REQUIRE(file);
  CHECK(::lseek(file->fd(), 0, SEEK_CUR) == 0);
  CHECK(read_all(file->fd()) == content);
  CHECK(::lseek(file->fd(), 3, SEEK_SET) == 3);
  CHECK(read_all(file->fd()) == content.substr(3));
}

TEST_CASE("a file in memory may be empty") {
  const auto file = io::MemoryFile::make("batch", "");
  REQUIRE(file);
  CHECK(read_all(file->fd()).empty());
}

TEST_CASE("nobody can change a file in memory") {
  const auto file = io::MemoryFile::make("batch", "abc");
  REQUIRE(file);
  const int fd = file->fd();
  errno = 0;
  CHECK(::write(fd, "x", 1) == -1);
  CHECK(errno == EPERM);
  CHECK(::pwrite(fd, "x", 1, 3) == -1);
  CHECK(::ftruncate(fd, 2) == -1);
  CHECK(::ftruncate(fd, 4) == -1);
  CHECK(::mmap(nullptr, 3, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) == MAP_FAILED);
  CHECK(::fcntl(fd, F_ADD_SEALS, F_SEAL_SEAL) == -1);
  CHECK(read_all(fd) == "abc");
}

TEST_CASE("a file in memory is closed when another program is started") {
  const auto file = io::MemoryFile::make("batch", "abc");
  REQUIRE(file);
  CHECK((::fcntl(file->fd(), F_GETFD) & FD_CLOEXEC) != 0);
}

TEST_CASE("an error of a file in memory names it") {
  const std::string name(300, 'n');
  const auto file = io::MemoryFile::make(name, "abc");
  REQUIRE(!file);
  CHECK(file.error().message == name + ": cannot make a file in memory: Invalid argument");
}
