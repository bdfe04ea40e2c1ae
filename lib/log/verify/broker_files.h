#pragma once

#include <string>

#include "io/directory.h"
#include "log/verify/findings.h"

namespace estream::log {

// Files that a broker keeps beside its segments. estream's readers do not need them, but a broker
// that serves the directory again does.
inline constexpr const char* partition_metadata_name = "partition.metadata";
inline constexpr const char* producer_snapshot_suffix = ".snapshot";
inline constexpr const char* aborted_index_suffix = ".txnindex";

// Checks one of them. A snapshot of producers has a checksum over all of it. An index of aborted
// transactions has entries of 34 bytes, in ascending order. The metadata have the topic's id.
void prove_broker_file(const io::Directory& directory, const std::string& name, Findings& findings);

}  // namespace estream::log
