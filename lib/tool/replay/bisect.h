#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "cli/run.h"
#include "io/output.h"
#include "io/system.h"
#include "read/end_condition.h"
#include "tool/replay/replay_input.h"
#include "tool/replay/state_run.h"

namespace estream::tool {

struct BisectOptions {
  std::string command;  // For /bin/sh.
  // Of the first records their state is tested when this is there, otherwise they themselves.
  std::optional<StateOptions> state = {};
};

// Finds the first record, in the merged order of the input, at which the command fails: it is run
// on the first N records, in the input's shape on its standard input, for one N after the other
// by halves. It succeeds with exit status 0 and fails with 1 to 124; any other end of it is an
// error, because it is no verdict. If it fails for some N, it has to for all that are larger:
// otherwise the answer is one of several places where it begins to fail.
//
// The record is printed to `output` as an envelope and named on stderr. ExitStatus::no when the
// command succeeds on everything; Error::Code::data when it fails on nothing at all.
// ExitStatus::timed_out when `end` was met before there was an answer.
Result<cli::ExitStatus> bisect(io::System& system, const ReplayInput& input,
                               const BisectOptions& options, const read::EndCondition& end,
                               io::Output& output);

}  // namespace estream::tool
