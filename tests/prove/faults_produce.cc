// Producers: two in turn over some segments, at each sync level; and one that can be run again.
#include <algorithm>

#include "prove/faults_producers.h"
#include "tool/produce/producer_session.h"

namespace estream::prove::faults {

namespace {

using log::SyncLevel;

class Produce final : public Trial {
 public:
  explicit Produce(SyncLevel level) : producers_(system, level) {
    ASSERT(create_partition(system).has_value());
    system.crash(MemorySystem::Loss::nothing);
  }

  Result<void> work() override { return producers_.run(); }

  void judge(const Situation& situation, Complaints& complaints) override {
    const Ledger& ledger = producers_.ledger();
    if (situation.is_done && ledger.acknowledged.size() != ledger.attempted.size()) {
      complaints.push_back({Harm::silent, "done, and not everything is acknowledged"});
    }
    judge_partition(system, ledger, situation, complaints);
  }

 private:
  Producers producers_;
};

// `estream-produce --producer NAME` on one partition: a run was killed in the middle of its input,
// and this one begins again from its start.
class RunAgain final : public Trial {
 public:
  RunAgain() {
    ASSERT(create_partition(system).has_value());
    ASSERT(run(0, 4).has_value());
    system.crash(MemorySystem::Loss::nothing);
    ASSERT(open_writer(system, {}).has_value());
    system.crash(MemorySystem::Loss::nothing);
  }

  Result<void> work() override { return run(0, lines_total); }

  void judge(const Situation& situation, Complaints& complaints) override {
    if (situation.is_done) judge_all(complaints, "after a run that was done");
    const auto served = in_service(situation, [&] { return run(0, lines_total); });
    if (!served) return complain(complaints, "run again", served.error());
    judge_all(complaints, "after the last run");
    judge_files(system, partition_path, situation, complaints);
  }

 private:
  static constexpr int lines_total = 12;

  void judge_all(Complaints& complaints, const char* when) {
    const auto found = read_all(system);
    if (!found) return complain(complaints, when, found.error());
    Ledger ledger;
    for (int i = 0; i < lines_total; i++) {
      ledger.attempted.push_back(line(i));
      ledger.acknowledged[i] = line(i);
    }
    judge_records(*found, ledger, Asked::order_and_acknowledged, when, complaints);
    if (found->size() != lines_total) {
      complaints.push_back({Harm::lost, std::to_string(found->size()) + " events, not " +
                                            std::to_string(lines_total)});
    }
  }

  static std::string line(int number) {
    return "{\"n\":" + std::to_string(number) + "," +
           std::string(static_cast<std::size_t>(number * 61 % 200), ' ') + "\"x\":1}";
  }

  // Lines [from, to) of the input, three to a chunk.
  Result<void> run(int from, int to) {
    const tool::BuildOptions options = build_options();
    const auto writer =
        TRY(open_writer(system, {.sync_level = SyncLevel::interval, .segment_bytes = 1024}));
    auto session = TRY(tool::ProducerSession::open(*writer, "billing", options));
    for (int i = from; i < to; i += 3) {
      tool::Chunk chunk;
      std::string text;
      for (int n = i; n < std::min(i + 3, to); n++) text += line(n) + "\n";
      chunk.buffer.assign(text.begin(), text.end());
      chunk.buffer.resize(text.size() + 1024);
      chunk.size = text.size();
      chunk.read_at = {1000};
      tool::ChunkBuilder(options).build(chunk);
      std::vector<std::int64_t> offsets(chunk.events.size(), -1);
      for (const tool::BuiltBatch& batch : chunk.batches) {
        TRY(session.compare(chunk, batch, offsets));
        TRY(session.append(chunk, batch, offsets));
      }
    }
    TRY(writer->sync());
    return writer->finish();
  }

  static tool::BuildOptions build_options() {
    tool::BuildOptions options;
    options.keeps_events = true;
    options.places_by_content = true;
    options.codec = Codec::none;
    return options;
  }
};

template <SyncLevel level>
std::unique_ptr<Trial> produce() {
  return std::make_unique<Produce>(level);
}

std::unique_ptr<Trial> run_again() { return std::make_unique<RunAgain>(); }

}  // namespace

std::vector<Operation> produce_operations() {
  return {{"produce-interval", produce<SyncLevel::interval>},
          {"produce-batch", produce<SyncLevel::batch>},
          {"produce-none", produce<SyncLevel::none>},
          {"run-again", run_again}};
}

}  // namespace estream::prove::faults
