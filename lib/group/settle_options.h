#pragma once

#include <string>

namespace estream::group {

// What a person says of batches of which nothing can be told.
enum class Doubt { is_error, appended, missing };

struct SettleOptions {
  std::string owner;  // Of the position file, for messages: "group 'enrich'".
  Doubt doubt = Doubt::is_error;
  bool is_synced = true;  // Otherwise a power loss may take what is decided.
  // What a person can do, for messages of an owner that has neither --seek nor --settle.
  std::string anew = {};     // So that the owner begins anew with the topic.
  std::string resolve = {};  // To say whether pending batches are in the log.
};

}  // namespace estream::group
