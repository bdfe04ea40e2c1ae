#pragma once

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <fstream>
#include <string>
#include <vector>

#include "io/command.h"
#include "io/posix_system.h"
#include "support/processes.h"

namespace estream {

inline io::CommandOptions shell_command(const std::string& script) {
  return {.arguments = {"sh", "-c", script}, .has_output_pipe = true};
}

// All that the command prints, until nobody can print any more.
inline std::string output_of(io::Command& command) {
  io::PosixSystem system;
  std::string output;
  while (command.output() >= 0) {
    std::vector<io::PollEntry> entries = {{.fd = command.output()}};
    REQUIRE(system.poll(entries, 60'000) == 1);
    REQUIRE(command.read_some(output, 1000));
  }
  return output;
}

inline std::string output_of(const io::CommandOptions& options) {
  auto command = io::Command::start(options);
  REQUIRE(command);
  return output_of(*command);
}

inline void write_script(const std::string& path, const std::string& text, unsigned mode) {
  std::ofstream(path) << text;
  REQUIRE(::chmod(path.c_str(), mode) == 0);
}

}  // namespace estream
