#include "tool/consume/work_batch.h"

#include <doctest/doctest.h>

#include <vector>

namespace estream::tool {

namespace {

// Events "e0", "e1", ... at the offsets 10, 12, 14, ..., with times that fall.
struct Fixture {
  std::vector<std::string> values;
  std::vector<RecordView> records;
  read::BatchWork work;
  WorkBatch batch;

  explicit Fixture(std::size_t count) {
    for (std::size_t i = 0; i < count; i++) values.push_back("e" + std::to_string(i));
    for (std::size_t i = 0; i < count; i++) {
      RecordView record;
      record.offset = {static_cast<std::int64_t>(10 + 2 * i)};
      record.timestamp = {static_cast<std::int64_t>(100 - i)};
      record.value = values[i];
      records.push_back(record);
    }
    work.records = records;
    for (std::size_t i = 0; i < count; i++) batch.add(work, read::piece_of(records[i], i), "\n");
    batch.finish({100});
  }
};

}  // namespace

TEST_CASE("the first run of a batch takes all of it") {
  Fixture fixture(4);
  WorkBatch& batch = fixture.batch;
  CHECK(batch.text() == "e0\ne1\ne2\ne3\n");
  CHECK(batch.first_offset() == Offset{10});
  CHECK(batch.last_offset() == Offset{16});
  CHECK(batch.end() == Offset{100});
  CHECK(batch.newest_time() == Timestamp{100});
  batch.go_on(batch.size());
  CHECK(batch.is_done());
}

TEST_CASE("a smaller run ends behind its last event, and the next one begins there") {
  Fixture fixture(5);
  WorkBatch& batch = fixture.batch;
  batch.resize(2);
  CHECK(batch.text() == "e0\ne1\n");
  CHECK(batch.end() == Offset{13});
  batch.go_on(1);
  CHECK(batch.text() == "e2\n");
  CHECK(batch.first_offset() == Offset{14});
  CHECK(batch.last_offset() == Offset{14});
  CHECK(batch.newest_time() == Timestamp{98});
  // No more than there is; the end of the batch is what was looked at.
  batch.go_on(8);
  CHECK(batch.size() == 2);
  CHECK(batch.end() == Offset{100});
  batch.go_on(1);
  CHECK(batch.is_done());
  batch.clear();
  CHECK(batch.is_empty());
}

}  // namespace estream::tool
