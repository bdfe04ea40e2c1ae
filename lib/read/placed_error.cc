#include "read/placed_error.h"

#include <string>

namespace estream::read {

Error error_at(const PartitionPlace& place, Offset offset, const Error& error) {
  return {error.code, place.name + "@" + std::to_string(offset.value) + ": " + error.message};
}

// The reader that read the batch is behind it, so another reader finds its place.
Error error_in_batch(const PartitionPlace& place, const BatchHeader& header, const Error& error) {
  std::string file;
  if (auto reader = place.topic->open_reader(place.partition)) {
    if (reader->seek(header.base_offset)) {
      const auto found = reader->peek();
      if (found && *found) file = reader->place() + ": ";
    }
  }
  return error_at(place, header.base_offset, {error.code, file + error.message});
}

}  // namespace estream::read
