#pragma once

#include <string>

#include "base/result.h"
#include "log/branch/branch.h"
#include "topic/topic.h"

namespace estream::topic {

using log::BranchOptions;
using log::BranchReport;

// Makes the topic `name` in `root` with the partitions, settings and records of `source`. The two
// topics share the sealed segments, so a large topic takes no more time or space than a small one.
// Afterwards neither topic depends on the other. log/branch/branch.h has the details. The
// partitions are taken one after the other, so each is of another moment.
//
// The topic is complete and on the device, or it does not exist. Error::Code::exists when the name
// is in use; Error::Code::data when a broker's topic has something that a topic of estream may not
// have.
Result<BranchReport> branch_topic(const Topic& source, const std::string& root,
                                  const std::string& name, const BranchOptions& options = {});

}  // namespace estream::topic
