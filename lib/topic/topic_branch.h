#pragma once

#include <string>

#include "base/result.h"
#include "log/branch/branch.h"
#include "topic/topic.h"

namespace estream::topic {

using log::BranchOptions;
using log::BranchReport;

// Makes the topic `name` in `root` with the partitions, settings and records of `source`, which
// share the files that no longer change: it takes no more time or space for a large topic than for
// a small one. Afterwards neither topic depends on the other. log/branch/branch.h has the details;
// a partition is taken as it is at its moment, not all of them at one.
//
// The topic is complete and on the device, or it is not there. Error::Code::exists when there is
// something of that name; Error::Code::data when a broker's topic has what ours may not have.
Result<BranchReport> branch_topic(const Topic& source, const std::string& root,
                                  const std::string& name, const BranchOptions& options = {});

}  // namespace estream::topic
