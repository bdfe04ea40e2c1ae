#include "prove/faults_partition.h"

#include <fmt/format.h>

#include <algorithm>

#include "log/create.h"
#include "log/maintenance/maintenance.h"
#include "log/verify/verify.h"
#include "record/batch_builder.h"
#include "record/batch_records.h"

namespace estream::prove::faults {

namespace {

constexpr log::WriterOptions each_batch = {.sync_level = log::SyncLevel::batch};
constexpr int late_errors_max = 3;
const io::BootId another_boot = {std::byte{7}};

// The tree without the commit file, whose sequence grows with every recovery, and the indexes: a
// roll that was interrupted may have left an entry that recovery does not make.
std::map<std::string, std::string> tree_of_records(MemorySystem& system) {
  std::map<std::string, std::string> tree = system.tree();
  std::erase_if(tree, [](const auto& entry) {
    return entry.first.ends_with("commit") || entry.first.ends_with("index");
  });
  return tree;
}

}  // namespace

Result<void> create_partition(MemorySystem& system) {
  const int made = system.make_directory_at(system.current_directory(), partition_path, 0777);
  if (made < 0) return io::system_error(partition_path, "make", made);
  const io::Directory directory = TRY(open_partition(system));
  return log::create_partition(directory);
}

Result<io::Directory> open_partition(MemorySystem& system) {
  return io::Directory::open(system, partition_path);
}

Result<std::unique_ptr<log::PartitionWriter>> open_writer(MemorySystem& system,
                                                          const log::WriterOptions& options) {
  const io::Directory directory = TRY(open_partition(system));
  return log::PartitionWriter::open(directory, options);
}

Result<std::vector<std::byte>> batch_of(const std::vector<KeyedValue>& records,
                                        std::int64_t timestamp_ms) {
  BatchBuilder builder;
  builder.begin({timestamp_ms});
  for (const auto& [key, value] : records) {
    const auto stored_key = key.empty() ? std::nullopt : std::optional<std::string_view>(key);
    builder.append({timestamp_ms}, stored_key, value, {});
  }
  const MutableBytes batch = TRY(builder.finish(Codec::none, 0));
  return std::vector<std::byte>(batch.begin(), batch.end());
}

Result<Offset> append(log::PartitionWriter& writer, const std::vector<KeyedValue>& records,
                      std::int64_t timestamp_ms) {
  std::vector<std::byte> batch = TRY(batch_of(records, timestamp_ms));
  const auto appended = TRY(writer.append(batch));
  return appended.base_offset;
}

Result<Records> read_all(const io::Directory& directory, log::Extent extent) {
  auto reader =
      TRY(log::PartitionReader::open(directory, log::Layout::estream, std::nullopt, extent));
  Records records;
  std::vector<std::byte> bytes;
  BatchDecoder decoder;
  for (;;) {
    const auto header = TRY(reader.peek());
    if (!header) return records;
    TRY(reader.read(bytes));
    for (const RecordView& record : TRY(decoder.decode(*header, bytes))) {
      records.push_back({record.offset.value, std::string(record.key.value_or("")),
                         std::string(record.value.value_or(""))});
    }
  }
}

Result<Records> read_all(MemorySystem& system, log::Extent extent) {
  const io::Directory directory = TRY(open_partition(system));
  return read_all(directory, extent);
}

void complain(Complaints& complaints, const std::string& when, const Error& error) {
  const bool is_corrupt = error.code == Error::Code::corrupt;
  complaints.push_back({is_corrupt ? Harm::corrupt : Harm::service, when + ": " + error.message});
}

void judge_records(const Records& found, const Ledger& ledger, Asked asked, const char* when,
                   Complaints& complaints) {
  std::size_t next = 0;
  for (std::size_t i = 0; i < found.size(); i++) {
    while (next < ledger.attempted.size() && ledger.attempted[next] != found[i].value) next++;
    const bool is_in_order =
        next < ledger.attempted.size() && found[i].offset == static_cast<std::int64_t>(i);
    next++;
    if (is_in_order) continue;
    complaints.push_back(
        {Harm::lost,
         fmt::format("{}: offset {} is out of order, twice or nobody's", when, found[i].offset)});
    return;
  }
  if (asked == Asked::order) return;
  for (const auto& [offset, value] : ledger.acknowledged) {
    const auto at = static_cast<std::size_t>(offset);
    if (at < found.size() && found[at].value == value) continue;
    complaints.push_back(
        {Harm::lost, fmt::format("{}: acknowledged offset {} is not there", when, offset)});
    return;
  }
}

Result<void> in_service(const Situation& situation, const std::function<Result<void>()>& work) {
  const bool is_late = situation.failed_sync == FailedSync::is_told_late;
  for (int attempt = 1;; attempt++) {
    auto done = work();
    if (done || !is_late || attempt > late_errors_max) return done;
  }
}

void lose_power(MemorySystem& system, const Situation& situation) {
  if (situation.failed_sync == FailedSync::is_told_late) return system.kill();
  system.crash(MemorySystem::Loss::all_unsynced);
}

void judge_partition(MemorySystem& system, const Ledger& ledger, const Situation& situation,
                     Complaints& complaints) {
  // Without a sync it is as safe as the page cache.
  const bool is_cache_kept =
      situation.end == End::kill && situation.failed_sync != FailedSync::reverts;
  const bool are_kept = ledger.is_synced || is_cache_kept;
  const Asked asked = are_kept ? Asked::order_and_acknowledged : Asked::order;
  const auto recover = [&]() -> Result<void> {
    TRY(open_writer(system, each_batch));
    return {};
  };
  const auto append_one = [&]() -> Result<void> {
    const auto writer = TRY(open_writer(system, each_batch));
    TRY(append(*writer, {{"", "one more"}}));
    return {};
  };
  const auto serve = [&]() -> Result<void> {
    const Records first = TRY(read_all(system));
    judge_records(first, ledger, Asked::order, "the first reader", complaints);
    TRY(in_service(situation, recover));
    const Records recovered = TRY(read_all(system, log::Extent::written));
    judge_records(recovered, ledger, asked, "after the recovery", complaints);

    const auto before = tree_of_records(system);
    system.set_boot_id(another_boot);
    TRY(in_service(situation, recover));
    if (tree_of_records(system) != before) {
      complaints.push_back({Harm::service, "a second recovery changed something"});
    }
    const Records found = TRY(read_all(system));
    judge_records(found, ledger, asked, "after the second recovery", complaints);
    TRY(in_service(situation, append_one));
    lose_power(system, situation);
    const Records after = TRY(read_all(system));
    const bool is_longer = after.size() > found.size() && after.back().value == "one more" &&
                           std::equal(found.begin(), found.end(), after.begin());
    if (!is_longer) complaints.push_back({Harm::lost, "the next append did not survive"});
    return {};
  };
  if (const auto served = serve(); !served) {
    complain(complaints, "afterwards", served.error());
    return;
  }
  judge_files(system, partition_path, situation, complaints);
}

void judge_files(MemorySystem& system, const std::string& path, const Situation& situation,
                 Complaints& complaints) {
  const auto look = [&]() -> Result<void> {
    const io::Directory directory = TRY(io::Directory::open(system, path));
    {
      TRY(log::PartitionWriter::open(directory, each_batch));
      const auto maintenance = TRY(log::Maintenance::open(directory, 0));
      const log::Inventory inventory = TRY(maintenance->inventory());
      TRY(maintenance->remove_leftovers(inventory));
    }
    const auto proof = log::verify_partition(directory, log::Layout::estream, std::nullopt, {});
    for (const log::Finding& finding : proof.findings) {
      const bool is_quarantine = finding.file.ends_with("quarantine");
      if (is_quarantine && finding.kind == log::Finding::Kind::note) continue;
      complaints.push_back({Harm::service, "verify: " + finding.text()});
    }
    return {};
  };
  const auto looked = in_service(situation, look);
  if (!looked) complain(complaints, "maintenance", looked.error());
}

}  // namespace estream::prove::faults
