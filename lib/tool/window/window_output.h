#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "group/position_state.h"
#include "read/reading.h"
#include "tool/group/group_sinks.h"
#include "tool/group/work_output.h"
#include "tool/records/record_copier.h"
#include "tool/window/late_output.h"
#include "tool/window/result_printer.h"
#include "tool/window/result_record.h"
#include "tool/window/window_options.h"
#include "window/results.h"

namespace estream::tool {

// What the tasks of a group's run share.
struct WindowContext {
  io::System* system;
  const WindowOptions* options;
  const io::Directory* directory = nullptr;  // Of the group.
  GroupSinks* sinks = nullptr;
  // Of the reading that is under way.
  ResultPrinter* printer = nullptr;  // Nothing with --into.
  LateOutput* late = nullptr;        // Only of --late FILE.

  std::int64_t results = 0;
  std::int64_t rejected = 0;  // Events without a time.
  std::vector<BatchBuilder> unused_builders = {};
};

// The topics that the options name.
SinkTopics sink_topics(const WindowOptions& options);

// Where the results and the late events of one task of a group go: to standard output and a file at
// once, or into topics with the commit that moves the position. What is for topics is collected
// till then.
class WindowOutput final : public window::Results {
 public:
  // The context must outlive this. Results without a key go to the partition of that number.
  WindowOutput(WindowContext& context, std::int32_t keyless_partition);

  // The sources of the task are those of the reading from `first_source` on.
  void attach(const read::Reading& reading, std::size_t first_source);

  Result<void> put(const window::WindowResult& result) override;
  Result<void> pass(std::uint32_t source, const RecordView& record) override;
  Result<void> late(std::uint32_t source, const RecordView& record) override;

  // Of what is collected for topics.
  bool is_empty() const { return bytes_ == 0; }
  std::size_t bytes() const { return bytes_; }

  // Sets aside what is collected, to be made pending by finish(), which another thread may call
  // while more is collected. give_back() is to be called afterwards.
  void prepare();
  Result<void> finish(const group::PositionState& state, std::string& pending);
  void give_back();

 private:
  using Role = group::Sink::Role;

  // A topic for which something is collected.
  struct Topic {
    Topic(WindowContext& context, Role sink_role, const CopyOptions& copy_options);

    Role role;
    const CopyOptions* options;
    std::int32_t partitions;
    WorkOutput output;
    std::optional<RecordCopier> copier = {};
    UnfinishedBatches prepared = {};
  };

  Result<void> copy(Topic& topic, std::uint32_t source, const RecordView& record);
  void add(Topic& topic, std::size_t partition, const RecordView& record);

  WindowContext* context_;
  std::int32_t keyless_partition_;
  std::size_t first_source_ = 0;
  ResultRecords records_;
  std::optional<Topic> into_;
  std::optional<Topic> late_;
  std::size_t bytes_ = 0;
};

}  // namespace estream::tool
