#include "log/verify/proof.h"

#include <algorithm>

namespace estream::log {

std::int64_t PartitionProof::count(Finding::Kind kind) const {
  return std::ranges::count(findings, kind, &Finding::kind);
}

}  // namespace estream::log
