#include <fmt/format.h>

#include <algorithm>
#include <thread>
#include <utility>

#include "base/work_meter.h"
#include "io/signals.h"
#include "log/segment.h"
#include "log/verify/verify.h"
#include "text/say.h"
#include "text/size.h"
#include "tool/inspect/scan.h"
#include "tool/inspect/verbs.h"
#include "tool/inspect/verify_plan.h"

namespace estream::tool {

namespace {

using log::Finding;

const char* name_of(Finding::Kind kind) {
  switch (kind) {
    case Finding::Kind::fault:
      return "fault";
    case Finding::Kind::unreadable:
      return "unreadable";
    case Finding::Kind::note:
      return "note";
  }
  return "fault";
}

// Prints what was found, and remembers how bad it was.
class VerifyReport {
 public:
  VerifyReport(const ReportStyle& style, io::Output& output) : style_(style), output_(&output) {}

  Result<void> add(const Finding& finding) {
    if (finding.kind == Finding::Kind::fault) faults_++;
    if (finding.kind == Finding::Kind::unreadable) unreadable_++;
    const char* kind = name_of(finding.kind);
    if (style_.is_json()) return add_json(finding, kind);
    const char* color = finding.kind == Finding::Kind::note ? "33" : "31";
    return output_->write(painted(style_, color, kind) + ": " + text::printable(finding.text()) +
                          "\n");
  }

  // Each advice once for each file, behind the last finding of the file.
  Result<void> add_all(const std::vector<Finding>& findings) {
    std::vector<std::string_view> advice;
    for (std::size_t i = 0; i < findings.size(); i++) {
      TRY(add(findings[i]));
      const std::string_view wise = log::advice(findings[i].remedy);
      if (!wise.empty() && std::ranges::find(advice, wise) == advice.end()) advice.push_back(wise);
      if (i + 1 < findings.size() && findings[i + 1].file == findings[i].file) continue;
      for (const std::string_view text : std::exchange(advice, {})) {
        if (style_.is_json()) continue;
        TRY(output_->write("  " + std::string(text) + "\n"));
      }
    }
    return {};
  }

  Result<void> add(const VerifyTarget& target, const log::PartitionProof& proof) {
    TRY(add_all(proof.findings));
    const std::int64_t faults =
        proof.count(Finding::Kind::fault) + proof.count(Finding::Kind::unreadable);
    const auto size = static_cast<std::int64_t>(proof.bytes);
    if (style_.is_json()) {
      std::string line;
      json::ObjectWriter(line)
          .text("type", "partition")
          .text("topic", target.topic)
          .number("partition", target.partition)
          .number("segments", proof.segments)
          .number("batches", proof.batches)
          .number("records", proof.records)
          .number("size", size)
          .number("faults", faults)
          .end();
      return write_json_line(line, style_, *output_);
    }
    const std::string verdict =
        faults == 0 ? painted(style_, "32", "sound")
                    : painted(style_, "31", text::format_count(faults, "fault", "faults"));
    return output_->write(fmt::format(
        "{}/{}: {}; {}, {}, {}, {}\n", target.topic, target.partition, verdict,
        text::format_count(proof.segments, "segment", "segments"),
        text::format_count(proof.batches, "batch", "batches"),
        text::format_count(proof.records, "record", "records"), text::format_size(size)));
  }

  // A topic that could not be looked at; the others are all the same.
  void fail(const Error& error) {
    text::say(text::Level::error, error.message);
    unreadable_++;
  }

  cli::ExitStatus status() const {
    if (faults_ > 0) return cli::ExitStatus::data_problem;
    return unreadable_ > 0 ? cli::ExitStatus::error : cli::ExitStatus::done;
  }

 private:
  Result<void> add_json(const Finding& finding, const char* kind) {
    std::string line;
    const std::string_view advice = log::advice(finding.remedy);
    json::ObjectWriter(line)
        .text("type", kind)
        .text("file", text::printable(finding.file))
        .json("position", finding.position ? std::to_string(*finding.position) : "null")
        .text("what", text::printable(finding.what))
        .text("advice", advice.empty() ? std::nullopt : std::optional(advice))
        .end();
    return write_json_line(line, style_, *output_);
  }

  ReportStyle style_;
  io::Output* output_;
  std::int64_t faults_ = 0;
  std::int64_t unreadable_ = 0;
};

// What cannot be read is told when it is its turn.
void add_to_total(const VerifyPlan& plan) {
  for (const VerifyTarget& target : plan.targets) {
    const auto directory = target.parent.open_directory(target.name);
    const auto bytes = directory ? log::log_bytes_of(*directory) : directory.error();
    if (bytes) work_meter().total += static_cast<std::int64_t>(*bytes);
  }
}

}  // namespace

Result<cli::ExitStatus> inspect_verify(io::System& system, const InspectOptions& options,
                                       io::Output& output) {
  log::VerifyOptions how;
  how.depth = options.depth;
  how.threads = std::max(1U, std::thread::hardware_concurrency());
  how.is_stopped = [] { return io::stop_signal() != 0; };
  VerifyReport report(options.style, output);
  const std::vector<std::string> names = TRY(names_of_topics(system, options));
  for (const std::string& name : names) {
    if (const auto plan = plan_topic(system, options, name)) add_to_total(*plan);
  }
  for (const std::string& name : names) {
    const auto plan = plan_topic(system, options, name);
    if (!plan) {
      report.fail(plan.error());
      continue;
    }
    TRY(report.add_all(plan->findings));
    for (const VerifyTarget& target : plan->targets) {
      const auto directory = target.parent.open_directory(target.name);
      if (!directory) {
        TRY(report.add_all({log::finding_of(log::Remedy::none, target.parent.path_of(target.name),
                                            directory.error())}));
        continue;
      }
      const log::PartitionProof proof =
          log::verify_partition(*directory, target.layout, target.log_start_offset, how);
      if (how.is_stopped()) {
        return Error{Error::Code::timed_out, target.topic + "/" + std::to_string(target.partition) +
                                                 ": interrupted, so neither this partition nor "
                                                 "what would come after it is verified"};
      }
      TRY(report.add(target, proof));
    }
  }
  return report.status();
}

}  // namespace estream::tool
