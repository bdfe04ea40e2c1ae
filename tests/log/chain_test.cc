#include "log/chain.h"

#include <doctest/doctest.h>

#include "support/partition.h"

using namespace estream;
using namespace estream::log;

namespace {

struct LogFile {
  io::MemorySystem system;
  io::File file;
  std::string content;
  LeaderEpochs epochs;

  explicit LogFile(std::string text) : content(std::move(text)) {
    system.set_content("x.log", content);
    const auto top = io::Directory::open(system, "/");
    file = *top->open_file("x.log", io::OpenMode::read);
    epochs.begin(0, {0});
  }

  Chain chain(LogPosition start = {}) {
    const auto found = follow_chain(file, start, content.size(), epochs);
    REQUIRE(found);
    return *found;
  }

  WholeBatches whole() {
    const auto found = find_whole_batches(file, {}, content.size());
    REQUIRE(found);
    return *found;
  }

  // Where nothing may hide what follows.
  LogPosition last_whole() {
    const WholeBatches found = whole();
    CHECK(!found.damage);
    return found.end;
  }
};

std::string first() { return text_of(placed_batch(0, {"a", "b"})); }
std::string second() { return text_of(placed_batch(2, {"c"})); }

std::string damaged(std::string batch) {
  batch.back() = static_cast<char>(batch.back() ^ 1);
  return batch;
}

}  // namespace

TEST_CASE("a chain of valid batches goes to the limit") {
  LogFile log(first() + second());
  CHECK(log.chain().end == LogPosition{log.content.size(), {3}});
  CHECK_FALSE(log.chain().broken_by);
  CHECK(log.chain({first().size(), {2}}).end == LogPosition{log.content.size(), {3}});
  CHECK(LogFile("").chain().end == LogPosition{0, {0}});
}

TEST_CASE("a chain ends before a batch that is cut at any byte") {
  for (std::size_t size = 1; size < second().size(); size++) {
    CAPTURE(size);
    LogFile log(first() + second().substr(0, size));
    const Chain chain = log.chain();
    REQUIRE(chain.end == LogPosition{first().size(), {2}});
    REQUIRE(chain.is_incomplete);
    REQUIRE(chain.broken_by);
    REQUIRE(chain.broken_by->message == "//x.log at byte 77: an incomplete batch");
    REQUIRE(log.last_whole() == LogPosition{first().size(), {2}});
  }
}

TEST_CASE("a chain ends before damage, which is no incomplete batch") {
  for (const std::string& bad :
       {damaged(second()), text_of(placed_batch(3, {"c"})), text_of(placed_batch(1, {"c"})),
        text_of(placed_batch(2, {"c"}, 1000, 1)), std::string(100, '\0'), std::string(100, 'x')}) {
    LogFile log(first() + bad + second());
    const Chain chain = log.chain();
    CHECK(chain.end == LogPosition{first().size(), {2}});
    CHECK(!chain.is_incomplete);
    REQUIRE(chain.broken_by);
    CHECK(chain.broken_by->message.starts_with("//x.log at byte 77: "));
    CHECK(chain.broken_by->file == "//x.log");
    CHECK(chain.broken_by->position == 77);
  }
}

TEST_CASE("a batch has the epoch that its offset has") {
  LogFile log(first() + text_of(placed_batch(2, {"c"}, 1000, 5)));
  CHECK(log.chain().end.offset == Offset{2});
  log.epochs.begin(5, {2});
  CHECK(log.chain().end.offset == Offset{3});
}

TEST_CASE("the last whole batch of a broker's log is found by lengths, gaps or not") {
  CHECK(LogFile(first() + second()).last_whole().offset == Offset{3});
  LogFile gap(first() + text_of(placed_batch(90, {"c"}, 1000, 7)));
  CHECK(gap.last_whole() == LogPosition{gap.content.size(), {91}});
}

TEST_CASE("zeros to the end of a broker's log are space that it set aside") {
  for (const std::size_t zeros :
       std::initializer_list<std::size_t>{1, 60, 61, 62, 5000, 3'000'000}) {
    CAPTURE(zeros);
    LogFile log(first() + std::string(zeros, '\0'));
    CHECK(log.last_whole() == LogPosition{first().size(), {2}});
  }
}

TEST_CASE("damage in a broker's log is told, with its place, and the log counts up to there") {
  for (const std::string& tail :
       {std::string(100, 'x'), std::string(100, 'x') + second(), std::string(70, '\0') + second(),
        std::string(5000, '\0') + "x"}) {
    LogFile log(first() + tail);
    const WholeBatches found = log.whole();
    CHECK(found.end == LogPosition{first().size(), {2}});
    REQUIRE(found.damage);
    CHECK(found.damage->message.starts_with("//x.log at byte 77: "));
  }
}
