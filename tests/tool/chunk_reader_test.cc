#include "tool/produce/chunk_reader.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <thread>

#include "io/posix_system.h"

namespace estream::tool {

namespace {

// A FIFO that the reader opens by name and the test writes to, in pieces.
class Pipe {
 public:
  Pipe() {
    std::array<char, 32> name = {"/tmp/estream-test-XXXXXX"};
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    directory_ = name.data();
    path_ = directory_ + "/fifo";
    REQUIRE(::mkfifo(path_.c_str(), 0600) == 0);
  }
  ~Pipe() {
    ::unlink(path_.c_str());
    ::rmdir(directory_.c_str());
  }

  const std::string& path() const { return path_; }
  void open() { fd_ = ::open(path_.c_str(), O_WRONLY); }
  void write(std::string_view text) {
    while (!text.empty()) {
      const ssize_t count = ::write(fd_, text.data(), text.size());
      REQUIRE(count > 0);
      text.remove_prefix(static_cast<std::size_t>(count));
    }
  }
  void close() { ::close(fd_); }

 private:
  std::string directory_;
  std::string path_;
  int fd_ = -1;
};

struct Read {
  std::vector<std::string> chunks;
  std::vector<bool> before_pause;
  int oversized = 0;

  std::string all() const {
    std::string text;
    for (const std::string& chunk : chunks) text += chunk;
    return text;
  }
};

// What the reader makes of the pieces, with a pause after each.
Read read_pieces(ChunkReaderOptions options, const std::vector<std::string>& pieces,
                 int pause_ms = 0) {
  Pipe pipe;
  options.inputs = {pipe.path()};
  std::thread writing([&] {
    pipe.open();
    for (const std::string& piece : pieces) {
      pipe.write(piece);
      if (pause_ms > 0) std::this_thread::sleep_for(std::chrono::milliseconds(pause_ms));
    }
    pipe.close();
  });
  io::PosixSystem system;
  ChunkReader reader(system, options);
  Read read;
  for (;;) {
    Chunk chunk;
    const auto more = reader.next(chunk);
    REQUIRE(more);
    if (!*more) break;
    if (chunk.is_oversized) {
      read.oversized++;
      continue;
    }
    read.chunks.emplace_back(chunk.text());
    read.before_pause.push_back(chunk.is_before_pause);
  }
  writing.join();
  return read;
}

// Lines of at most 1000 bytes.
ChunkReaderOptions limited_to_1000() {
  ChunkReaderOptions options;
  options.chunk_bytes = 500;
  options.line_bytes_max = 1000;
  return options;
}

}  // namespace

TEST_CASE("lines are put together again wherever the reads cut them") {
  ChunkReaderOptions options;
  options.chunk_bytes = 16;
  std::string text;
  std::vector<std::string> pieces;
  for (int i = 0; i < 200; i++) {
    text += std::string(static_cast<std::size_t>(i % 37), 'x') + "\n";
  }
  for (std::size_t at = 0; at < text.size(); at += 7) pieces.push_back(text.substr(at, 7));
  const Read read = read_pieces(options, pieces);
  CHECK(read.all() == text);
  for (const std::string& chunk : read.chunks) CHECK(chunk.back() == '\n');
}

TEST_CASE("a last line without its delimiter is a line") {
  CHECK(read_pieces({}, {"one\ntw", "o"}).all() == "one\ntwo");
}

TEST_CASE("an input of nothing has no chunk") { CHECK(read_pieces({}, {}).chunks.empty()); }

TEST_CASE("when the input pauses, what is whole goes on, and is marked") {
  const Read read = read_pieces({}, {"one\ntw", "o\nthree\n"}, 500);
  REQUIRE(read.chunks.size() >= 2);
  CHECK(read.chunks[0] == "one\n");
  CHECK(read.before_pause[0]);
  CHECK(read.chunks[1] == "two\nthree\n");
}

TEST_CASE("a delimiter of several bytes is found across reads") {
  ChunkReaderOptions options;
  options.delimiter = ";;";
  const Read read = read_pieces(options, {"a;", ";b;c;", ";"}, 300);
  CHECK(read.all() == "a;;b;c;;");
  CHECK(read.chunks.front() == "a;;");
}

TEST_CASE("a line over the limit is marked and passed over, and its neighbours are kept") {
  ChunkReaderOptions options;
  options.chunk_bytes = 1 << 10;
  options.line_bytes_max = 100'000;
  const std::string longest(100'000, 'y');
  const Read read = read_pieces(
      options, {"a\n", std::string(5'000'000, 'x') + "\n", "b\n", longest + "\n", "c\n"});
  CHECK(read.oversized == 1);
  CHECK(read.all() == "a\nb\n" + longest + "\nc\n");
}

TEST_CASE("a line over the limit may be the last one, with or without an end") {
  ChunkReaderOptions options = limited_to_1000();
  CHECK(read_pieces(options, {"a\n" + std::string(3'000'000, 'x')}).oversized == 1);
  CHECK(read_pieces(options, {"a\n" + std::string(3'000'000, 'x') + "\n"}).oversized == 1);
}

TEST_CASE("a maximum counts lines, and blank ones only where they are events") {
  ChunkReaderOptions options;
  options.events_max = 2;
  CHECK(read_pieces(options, {"\na\n\nb\n"}).all() == "\na\n\nb\n");
  options.skips_blank_lines = false;
  CHECK(read_pieces(options, {"\na\n\n"}).all() == "\na\n");
}

TEST_CASE("a pace hands out all lines, in small chunks") {
  ChunkReaderOptions options;
  options.lines_per_second = 2000;
  std::string text;
  for (int i = 0; i < 300; i++) text += std::to_string(i) + "\n";
  const Read read = read_pieces(options, {text + "last"});
  CHECK(read.all() == text + "last");
  CHECK(read.chunks.size() >= 7);
}

TEST_CASE("nothing is left of a line over the limit that ends without a delimiter of two bytes") {
  ChunkReaderOptions options = limited_to_1000();
  options.delimiter = ";;";
  const Read read = read_pieces(options, {"a;;" + std::string(3'000'000, 'x')});
  CHECK(read.oversized == 1);
  CHECK(read.all() == "a;;");
}

TEST_CASE("the end of a line over the limit is found where two reads cut it") {
  ChunkReaderOptions options = limited_to_1000();
  options.delimiter = ";;";
  const Read read =
      read_pieces(options, {"a;;" + std::string(3'000'000, 'x') + ";", ";b;;c;;"}, 300);
  CHECK(read.oversized == 1);
  CHECK(read.all() == "a;;b;;c;;");
}

TEST_CASE("a maximum counts a line over the limit, too") {
  ChunkReaderOptions options = limited_to_1000();
  options.events_max = 2;
  const Read read = read_pieces(options, {std::string(3'000'000, 'x') + "\na\nb\n"});
  CHECK(read.oversized == 1);
  CHECK(read.all() == "a\n");
}

namespace {

// A file that is followed while the test changes it, which it does between two calls of lines().
class Followed {
 public:
  explicit Followed(const std::string& text) {
    std::array<char, 32> name = {"/tmp/estream-test-XXXXXX"};
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    directory_ = name.data();
    write(text);
    ChunkReaderOptions options;
    options.inputs = {path()};
    options.follows = true;
    reader_.emplace(system_, options);
  }
  ~Followed() { std::filesystem::remove_all(directory_); }

  void write(const std::string& text) { std::ofstream(path()) << text; }
  void append(const std::string& text) { std::ofstream(path(), std::ios::app) << text; }
  void rename() { std::filesystem::rename(path(), directory_ + "/old"); }
  void append_to_old(const std::string& text) {
    std::ofstream(directory_ + "/old", std::ios::app) << text;
  }

  // The lines of the next chunk, and whether it is the first of another content.
  std::string lines() {
    Chunk chunk;
    const auto more = reader_->next(chunk);
    REQUIRE(more);
    REQUIRE(*more);
    return (chunk.begins_anew ? "anew: " : "") + std::string(chunk.text());
  }

 private:
  std::string path() const { return directory_ + "/log"; }

  std::string directory_;
  io::PosixSystem system_;
  std::optional<ChunkReader> reader_;
};

}  // namespace

TEST_CASE("a followed file that grows is read on") {
  Followed file("one\ntw");
  CHECK(file.lines() == "one\n");
  file.append("o\nthree\n");
  CHECK(file.lines() == "two\nthree\n");
}

TEST_CASE("a followed file that was cut is read from its beginning, and no line is made of both") {
  Followed file("one\ntwo\npart");
  CHECK(file.lines() == "one\ntwo\n");
  file.write("x\n");
  CHECK(file.lines() == "part");
  CHECK(file.lines() == "anew: x\n");
  file.append("y\n");
  CHECK(file.lines() == "y\n");
}

TEST_CASE("a followed file that was written anew and is longer is read from its beginning") {
  Followed file("one\ntwo\n");
  CHECK(file.lines() == "one\ntwo\n");
  file.write("hello world\nbye\n");
  CHECK(file.lines() == "anew: hello world\nbye\n");
  file.append("more\n");
  CHECK(file.lines() == "more\n");
}

TEST_CASE("behind a followed file that was renamed comes the one that has its name now") {
  Followed file("one\n");
  CHECK(file.lines() == "one\n");
  file.rename();
  file.append_to_old("two\nlast");
  file.write("new\n");
  CHECK(file.lines() == "two\n");
  CHECK(file.lines() == "last");
  CHECK(file.lines() == "anew: new\n");
}

}  // namespace estream::tool
