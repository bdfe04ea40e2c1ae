// Owners of a partition of a consumer group, with output into three partitions of two topics: the
// first one, and one that has to settle what a killed one left.
#include <cerrno>
#include <map>

#include "log/create.h"
#include "prove/faults_partition.h"
#include "support/pipeline.h"

namespace estream::prove::faults {

namespace {

constexpr std::int64_t events = 2 * group::pipeline_claim_events;

std::vector<std::byte> make_batch(const std::vector<std::string>& values) {
  std::vector<KeyedValue> records;
  for (const std::string& value : values) records.emplace_back("", value);
  auto batch = batch_of(records, 1000);
  ASSERT(batch.has_value());
  return *std::move(batch);
}

Result<void> create(MemorySystem& system, const char* name) {
  const int made = system.make_directory_at(system.current_directory(), name, 0777);
  if (made < 0) return io::system_error(name, "make", made);
  return {};
}

class Group : public Trial {
 public:
  Group() {
    ASSERT(create(system, group::GroupOwner::directory_name).has_value());
    for (const char* partition : group::pipeline_partitions) {
      ASSERT(create(system, partition).has_value());
      const auto directory = io::Directory::open(system, partition);
      ASSERT(directory.has_value());
      ASSERT(log::create_partition(*directory).has_value());
    }
    system.crash(MemorySystem::Loss::nothing);
  }

  Result<void> work() override { return own("a"); }

  void judge(const Situation& situation, Complaints& complaints) override {
    if (situation.is_done) judge_output("after work that was done", complaints);
    const auto served = in_service(situation, [&] { return own("z"); });
    if (!served && may_be_torn(situation, served.error())) return;
    if (!served) return complain(complaints, "the next owner", served.error());
    judge_output("after the next owner", complaints);
    for (const char* partition : group::pipeline_partitions) {
      judge_files(system, partition, situation, complaints);
    }
  }

 protected:
  Result<void> own(const std::string& stamp) {
    return group::GroupOwner(system, group::pipeline_work(stamp, events, make_batch)).live();
  }

 private:
  // A slot of a position file has its checksum behind its seal. Only a write that moves the slot in
  // two parts, with the power lost between the two, can leave it without the whole checksum.
  static bool may_be_torn(const Situation& situation, const Error& error) {
    return situation.cuts_writes && situation.end == End::random_power &&
           error.message.find("orders-0: a slot is damaged") != std::string::npos;
  }

  void judge_output(const std::string& when, Complaints& complaints) {
    std::map<std::string, std::vector<std::string>> stored;
    for (const char* partition : group::pipeline_partitions) {
      const auto directory = io::Directory::open(system, partition);
      if (!directory) return complain(complaints, when, directory.error());
      const auto records = read_all(*directory);
      if (!records) return complain(complaints, when, records.error());
      std::vector<std::string>& values = stored[partition];
      for (const Stored& record : *records) values.push_back(record.value);
    }
    for (const std::string& fault : group::pipeline_faults(stored, events)) {
      complaints.push_back({Harm::lost, when + ": " + fault});
    }
  }
};

// Of the first claim all is decided; one partition has its output, and the others do not.
class GroupSettles final : public Group {
 public:
  GroupSettles() {
    system.fail(Call::write, 3, EIO, 1, ".log");
    ASSERT(!own("k").has_value());
    system.clear_faults();
    system.crash(MemorySystem::Loss::nothing);
  }
};

template <class T>
std::unique_ptr<Trial> make() {
  return std::make_unique<T>();
}

}  // namespace

std::vector<Operation> group_operations() {
  return {{"group", make<Group>}, {"group-settles", make<GroupSettles>}};
}

}  // namespace estream::prove::faults
