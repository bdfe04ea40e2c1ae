#include <doctest/doctest.h>

#include <cctype>
#include <memory>
#include <string>
#include <vector>

#include "read/batch_stage.h"
#include "support/read_topics.h"

using namespace estream;
using namespace estream::tool;
using namespace estream::read;

namespace {

using Strings = std::vector<std::string>;

// Adds an exclamation mark to words, cannot do it to numbers, and fails at "fail".
class Shout final : public Enrichment {
 public:
  Result<Outcome> enrich(const RecordView& record, json::EventParser&,
                         std::string& out) const override {
    if (!record.value) return Outcome::tombstone;
    if (record.value == "fail") return Error{Error::Code::io, "failed"};
    if (record.value->empty() || std::isdigit(record.value->front()) != 0) {
      return Outcome::impossible;
    }
    out += *record.value;
    out += '!';
    return Outcome::enriched;
  }
  bool is_time_for(Timestamp, std::optional<std::int64_t>&) override { return true; }
};

class Batch {
 public:
  explicit Batch(const std::vector<TestRecord>& records) {
    plan.sources.push_back({"t", 0, {.begin = {0}}});
    plan.enrichment = &shout_;
    work.bytes = test_batch(records);
    work.header = *parse_batch_header(work.bytes);
  }

  Strings run() {
    BatchStage(plan).run(work);
    return values();
  }
  // In portions, as a heavy batch.
  Strings run_heavy() {
    BatchStage stage(plan);
    stage.open_heavy(work);
    Strings all;
    while (stage.next_portion(work)) {
      portions++;
      for (const std::string& value : values()) all.push_back(value);
    }
    return all;
  }

  StagePlan plan;
  BatchWork work;
  int portions = 0;

 private:
  Strings values() const {
    Strings texts;
    for (const OutputPiece& piece : work.pieces) {
      texts.emplace_back(piece.view());
      // Who takes the record gets the same.
      const auto& value = work.records[piece.record].value;
      CHECK(value.value_or("") ==
            (plan.shape.kind == RecordShape::Kind::value ? piece.view() : *value));
    }
    return texts;
  }

  Shout shout_;
};

}  // namespace

TEST_CASE("values are enriched, but for tombstones and what cannot be") {
  Batch batch({{1, "a"}, {2, "7"}, {3, std::nullopt}, {4, ""}, {5, "b"}});
  CHECK(batch.run() == Strings{"a!", "7", "", "", "b!"});
  CHECK(!batch.work.records[2].value);
  CHECK(batch.work.plain == std::vector<std::uint32_t>{1, 3});
  // A work is used again.
  CHECK(batch.run() == Strings{"a!", "7", "", "", "b!"});
}

TEST_CASE("filters see the enriched value") {
  Batch batch(
      {{1, "a", "k"}, {2, "b", "k"}, {3, "a", "l"}, {4, "9", "k"}, {5, "8", "k"}, {6, "a", "k"}});
  batch.plan.selection.key = "k";
  auto grep = query::Grep::parse("v:^(a!|8)$");
  REQUIRE(grep);
  batch.plan.selection.greps = {*grep};
  CHECK(batch.run() == Strings{"a!", "8", "a!"});
  CHECK(batch.work.plain == std::vector<std::uint32_t>{1});
  batch.plan.is_reversed = true;
  CHECK(batch.run() == Strings{"a!", "8", "a!"});
  CHECK(batch.work.offset_of(batch.work.pieces.front()) == Offset{5});
}

TEST_CASE("formats show the enriched value") {
  Batch batch({{1, "a"}, {2, "b"}});
  batch.plan.shape.kind = RecordShape::Kind::format;
  batch.plan.shape.format = *query::Format::parse("<%v>");
  CHECK(batch.run() == Strings{"<a!>", "<b!>"});
}

TEST_CASE("only the window is enriched, and picks are not filtered") {
  Batch batch({{1, "a"}, {2, "b"}, {3, "fail"}, {4, "c"}});
  batch.plan.sources.front().window = {.begin = {1}, .end = {2}};
  CHECK(batch.run() == Strings{"b!"});
  const std::vector<Offset> picks = {{0}, {3}};
  batch.plan.sources.front().window = {.begin = {0}, .end = {4}, .times = {}, .picks = picks};
  batch.plan.selection.key = "nobody";
  CHECK(batch.run() == Strings{"a!", "c!"});
  CHECK(!batch.work.failure);
}

TEST_CASE("after an error the records before it are there") {
  Batch batch({{1, "a"}, {2, "fail"}, {3, "b"}});
  CHECK(batch.run() == Strings{"a!"});
  REQUIRE(batch.work.failure);
  CHECK(batch.work.failure->message == "failed");
  CHECK(batch.work.failure_offset == Offset{1});
  CHECK(batch.run_heavy() == Strings{"a!"});
  REQUIRE(batch.work.failure);
  CHECK(batch.work.failure_offset == Offset{1});
}

TEST_CASE("a batch whose values become too long comes in portions") {
  std::vector<TestRecord> records;
  Strings wanted;
  for (int i = 0; i < 40; i++) {
    std::string value(500'000, static_cast<char>('a' + i % 26));
    if (i % 10 == 3) value = std::to_string(i);
    records.push_back({i, value});
    wanted.push_back(i % 10 == 3 ? value : value + '!');
  }
  Batch batch(records);
  BatchStage(batch.plan).run(batch.work);
  CHECK(batch.work.is_heavy);
  const bool is_equal = batch.run_heavy() == wanted;
  CHECK(is_equal);
  CHECK(batch.portions > 5);
}
