// Whatever reads: all of it, from an offset, from a time, and verify.
#include <algorithm>

#include "log/verify/verify.h"
#include "prove/faults_partition.h"
#include "record/batch_records.h"

namespace estream::prove::faults {

namespace {

constexpr int batches_total = 40;

// Four segments with indexes of some entries; batch n has the time 1000 + n.
Result<void> fill(MemorySystem& system) {
  TRY(create_partition(system));
  const auto writer =
      TRY(open_writer(system, {.sync_level = log::SyncLevel::batch, .segment_bytes = 16'000}));
  for (int i = 0; i < batches_total; i++) {
    const std::string value = std::to_string(i) + std::string(1100, '.');
    TRY(append(*writer, {{"", value + "a"}, {"", value + "b"}}, 1000 + i));
  }
  return writer->finish();
}

// Reads something, which stays as it is.
class Reading : public Trial {
 public:
  Reading() {
    ASSERT(fill(system).has_value());
    system.crash(MemorySystem::Loss::nothing);
    ASSERT(open_writer(system, {}).has_value());
    before_ = system.tree();
    all_ = *read_all(system);
  }

  Result<void> work() override {
    const io::Directory directory = TRY(open_partition(system));
    return look(directory);
  }

  void judge(const Situation& situation, Complaints& complaints) override {
    judge_found(situation, complaints);
    if (situation.end == End::kill && system.tree() != before_) {
      complaints.push_back({Harm::lost, "reading changed something"});
    }
    const auto again = work();
    if (!again) return complain(complaints, "the same again", again.error());
    judge_found({.is_done = true}, complaints);
  }

 protected:
  virtual Result<void> look(const io::Directory& directory) = 0;
  virtual void judge_found(const Situation& situation, Complaints& complaints) = 0;

  const Records& all() const { return all_; }

 private:
  std::map<std::string, std::string> before_;
  Records all_;
};

class ReadAll final : public Reading {
  Result<void> look(const io::Directory& directory) override {
    found_.clear();
    auto reader = TRY(log::PartitionReader::open(directory, log::Layout::estream, std::nullopt));
    std::vector<std::byte> bytes;
    BatchDecoder decoder;
    for (;;) {
      const auto header = TRY(reader.peek());
      if (!header) return {};
      TRY(reader.read(bytes));
      for (const RecordView& record : TRY(decoder.decode(*header, bytes))) {
        found_.push_back({record.offset.value, "", std::string(*record.value)});
      }
    }
  }

  void judge_found(const Situation& situation, Complaints& complaints) override {
    const bool is_prefix =
        found_.size() <= all().size() && std::equal(found_.begin(), found_.end(), all().begin());
    if (!is_prefix) complaints.push_back({Harm::lost, "what was read was never written so"});
    if (situation.is_done && found_.size() != all().size()) {
      complaints.push_back({Harm::silent, "done, and not all of it was read"});
    }
  }

  Records found_;
};

class Seek final : public Reading {
  Result<void> look(const io::Directory& directory) override {
    is_wrong_ = false;
    auto reader = TRY(log::PartitionReader::open(directory, log::Layout::estream, std::nullopt));
    for (const int batch : {27, 3, 39, 14}) {
      const std::int64_t offset = 2 * batch;
      TRY(reader.seek({offset + 1}));
      const auto header = TRY(reader.peek());
      is_wrong_ |= !header || header->base_offset != Offset{offset};
      const Offset at_time = TRY(reader.offset_reaching({1000 + batch}));
      is_wrong_ |= at_time != Offset{offset};
    }
    return {};
  }

  void judge_found(const Situation&, Complaints& complaints) override {
    if (is_wrong_) complaints.push_back({Harm::silent, "a search led to another place"});
  }

  bool is_wrong_ = false;
};

class Verify final : public Reading {
  Result<void> look(const io::Directory& directory) override {
    const log::PartitionProof proof =
        log::verify_partition(directory, log::Layout::estream, std::nullopt, {});
    records_ = proof.records;
    for (const log::Finding& finding : proof.findings) {
      if (finding.kind == log::Finding::Kind::note) continue;
      const bool is_fault = finding.kind == log::Finding::Kind::fault;
      return Error{is_fault ? Error::Code::corrupt : Error::Code::io, finding.text()};
    }
    return {};
  }

  void judge_found(const Situation& situation, Complaints& complaints) override {
    if (!situation.is_done) return;
    if (situation.is_refusing || records_ != static_cast<std::int64_t>(all().size())) {
      complaints.push_back({Harm::silent, "sound, though not all of it can have been read"});
    }
  }

  std::int64_t records_ = 0;
};

template <class Kind>
std::unique_ptr<Trial> make() {
  return std::make_unique<Kind>();
}

}  // namespace

std::vector<Operation> reading_operations() {
  return {{"read", make<ReadAll>}, {"seek", make<Seek>}, {"verify", make<Verify>}};
}

}  // namespace estream::prove::faults
