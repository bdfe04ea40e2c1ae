#include "io/file.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <deque>

#include "io/directory.h"
#include "support/memory_system.h"

using namespace estream;

namespace {

// A system of one file whose reads and writes answer what the script says: a negated errno, or how
// many bytes to move; everything when the script is over.
class ScriptSystem : public io::MemorySystem {
 public:
  std::string content;
  std::deque<std::int64_t> answers;
  std::int64_t calls = 0;

  std::int64_t pread(int, MutableBytes out, std::uint64_t position) override {
    const std::int64_t count = answer(std::min(out.size(), content.size() - position));
    if (count > 0) std::memcpy(out.data(), content.data() + position, std::size_t(count));
    return count;
  }

  std::int64_t pwrite(int, Bytes bytes, std::uint64_t position) override {
    const std::int64_t count = answer(bytes.size());
    if (count <= 0) return count;
    content.resize(std::max(content.size(), position + std::size_t(count)));
    std::memcpy(content.data() + position, bytes.data(), std::size_t(count));
    return count;
  }

  int fdatasync(int) override { return static_cast<int>(answer(0)); }
  int fsync(int) override { return static_cast<int>(answer(0)); }

 private:
  std::int64_t answer(std::size_t everything) {
    calls++;
    if (answers.empty()) return static_cast<std::int64_t>(everything);
    const std::int64_t next = answers.front();
    answers.pop_front();
    return next;
  }
};

std::string read_text(const io::File& file, std::uint64_t position, std::size_t size) {
  std::string text(size, '?');
  const auto count = file.read_at(position, std::as_writable_bytes(std::span(text)));
  if (!count) return count.error().message;
  return text.substr(0, *count);
}

}  // namespace

TEST_CASE("read_at goes on after interruptions and short reads") {
  ScriptSystem system;
  system.content = "abcdef";
  system.answers = {-EINTR, 1, -EINTR, -EINTR, 2};
  const io::File file(system, 3, "f");
  CHECK(read_text(file, 1, 5) == "bcdef");
  CHECK(system.calls == 6);
}

TEST_CASE("read_at is short only at the end of the file") {
  ScriptSystem system;
  system.content = "abcdef";
  const io::File file(system, 3, "f");
  CHECK(read_text(file, 4, 10) == "ef");
  CHECK(read_text(file, 6, 10) == "");
  CHECK(read_text(file, 0, 0) == "");
}

TEST_CASE("write_at goes on after interruptions and short writes") {
  ScriptSystem system;
  system.content = "......";
  system.answers = {1, -EINTR, 2, -EINTR};
  io::File file(system, 3, "f");
  CHECK(file.write_at(1, as_bytes("bcde")));
  CHECK(system.content == ".bcde.");
}

TEST_CASE("a write that takes nothing is an error and not asked for ever") {
  ScriptSystem system;
  system.answers = {2, 0};
  io::File file(system, 3, "orders/0/x.log");
  const auto written = file.write_at(0, as_bytes("abcd"));
  REQUIRE(!written);
  CHECK(written.error().code == Error::Code::io);
  CHECK(system.calls == 2);
}

TEST_CASE("errors name the file, what was tried and why it failed") {
  ScriptSystem system;
  system.answers = {-EIO, -ENOSPC};
  io::File file(system, 3, "orders/0/x.log");
  CHECK(read_text(file, 0, 1) == "orders/0/x.log: cannot read: Input/output error");
  const auto full = file.write_at(0, as_bytes("a"));
  REQUIRE(!full);
  CHECK(full.error().message.starts_with("orders/0/x.log: cannot write: No space left on device"));
}

TEST_CASE("a sync is never repeated, not even after an interruption") {
  for (const std::int64_t failure : {-EINTR, -EIO}) {
    ScriptSystem system;
    system.answers = {failure, failure};
    io::File file(system, 3, "f");
    CHECK(!file.sync_data());
    CHECK(!file.sync());
    CHECK(system.calls == 2);
  }
}

TEST_CASE("closing reports what the system reports, and an interrupted close is done") {
  io::MemorySystem system;
  const auto open = [&] { return io::File(system, system.open_at(-100, "f", 0102, 0666), "f"); };
  io::File file = open();
  system.fail(io::MemorySystem::Call::close, 1, EIO);
  CHECK(!file.close());
  CHECK(!file.is_open());
  io::File interrupted = open();
  system.fail(io::MemorySystem::Call::close, 1, EINTR);
  CHECK(interrupted.close());
  CHECK(system.open_descriptors() == 0);
}

TEST_CASE("a file that was moved is closed once") {
  io::MemorySystem system;
  {
    io::File a(system, system.open_at(-100, "f", 0102, 0666), "f");
    io::File b = std::move(a);
    io::File c;
    c = std::move(b);
    CHECK(c.is_open());
    CHECK(system.open_descriptors() == 1);
  }
  CHECK(system.open_descriptors() == 0);
}

TEST_CASE("a file shares the content of another, or says that it cannot") {
  io::MemorySystem system;
  system.set_content("source", "abc");
  system.set_content("target", "");
  const auto directory = io::Directory::open(system, "/");
  const auto source = directory->open_file("source", io::OpenMode::read);
  auto target = directory->open_file("target", io::OpenMode::read_write);
  CHECK(*target->clone_from(*source) == false);
  system.allow_clones();
  CHECK(*target->clone_from(*source) == true);
  CHECK(system.content("target") == "abc");
  system.fail(io::MemorySystem::Call::clone, 1, ENOSPC);
  CHECK(target->clone_from(*source).error().code == Error::Code::io);
}

TEST_CASE("a range is copied to another place, and a source that is too short is an error") {
  io::MemorySystem system;
  system.limit_transfers(2);
  system.set_content("source", "abcdef");
  system.set_content("target", "");
  const auto directory = io::Directory::open(system, "/");
  const auto source = directory->open_file("source", io::OpenMode::read);
  auto target = directory->open_file("target", io::OpenMode::read_write);
  REQUIRE(io::copy_range(*source, 1, 5, *target, 2));
  CHECK(system.content("target") == std::string("\0\0bcde", 6));
  CHECK(!io::copy_range(*source, 4, 7, *target, 0));
}
