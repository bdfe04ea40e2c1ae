#include "log/verify/verify.h"

#include <algorithm>

#include "log/verify/pass.h"

namespace estream::log {

namespace {

constexpr int passes_max = 20;
// After this time, the work of another process is usually over.
constexpr std::int64_t pause_ns = 20'000'000;

bool is_note(const Finding& finding) { return finding.kind == Finding::Kind::note; }

bool has_same_faults(std::vector<Finding> a, std::vector<Finding> b) {
  std::erase_if(a, is_note);
  std::erase_if(b, is_note);
  return a == b;
}

void keep_common(std::vector<Finding>& findings, const std::vector<Finding>& others) {
  std::erase_if(findings, [&](const Finding& finding) {
    return std::ranges::find(others, finding) == others.end();
  });
}

}  // namespace

// Real faults are found again. Faults that appeared only during the work of another process are
// not.
PartitionProof verify_partition(const io::Directory& directory, Layout layout,
                                std::optional<Offset> log_start_offset,
                                const VerifyOptions& options) {
  ProvenSegments proven;
  PartitionProof before = prove_once(directory, layout, log_start_offset, options, proven);
  if (before.findings.empty()) return before;
  for (int pass = 2;; pass++) {
    directory.system().sleep_ns(pause_ns);
    if (options.is_stopped()) return before;
    PartitionProof proof = prove_once(directory, layout, log_start_offset, options, proven);
    const bool is_settled = std::ranges::all_of(proof.findings, is_note) ||
                            has_same_faults(proof.findings, before.findings);
    const bool is_last = is_settled || pass == passes_max || options.is_stopped();
    if (is_last) {
      keep_common(proof.findings, before.findings);
      return proof;
    }
    before = std::move(proof);
  }
}

}  // namespace estream::log
