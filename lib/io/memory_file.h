#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "io/descriptor.h"

namespace estream::io {

// A file in memory with a fixed content, at position 0. Nobody can change it, also not a process
// that inherits it: it is sealed. It lives until the last descriptor of it is closed, so a process
// that has it as standard input reads all of it, also after the end of this process.
//
// All descriptors that are inherited share one position. So each process gets a file of its own.
class MemoryFile {
 public:
  // `name` is for errors, and for a person who looks into /proc; at most 249 bytes.
  static Result<MemoryFile> make(const std::string& name, std::string_view content);

  // Is closed when another program is started.
  int fd() const { return descriptor_.fd(); }

 private:
  explicit MemoryFile(Descriptor descriptor) : descriptor_(std::move(descriptor)) {}

  Descriptor descriptor_;
};

}  // namespace estream::io
