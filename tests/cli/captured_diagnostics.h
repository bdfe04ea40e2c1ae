#pragma once

#include <cstdio>
#include <string>
#include <string_view>

#include "text/say.h"

namespace estream::cli {

using namespace text;

// Catches what say prints while it lives, and puts the defaults back.
class CapturedDiagnostics {
 public:
  CapturedDiagnostics(std::string_view tool, int verbosity) : file_(std::tmpfile()) {
    name_tool(tool);
    set_verbosity(verbosity);
    set_diagnostics_stream(file_);
  }
  ~CapturedDiagnostics() {
    set_diagnostics_stream(stderr);
    set_verbosity(0);
    std::fclose(file_);
  }
  CapturedDiagnostics(const CapturedDiagnostics&) = delete;
  CapturedDiagnostics& operator=(const CapturedDiagnostics&) = delete;

  std::string text() {
    std::rewind(file_);
    std::string all;
    for (int c = std::fgetc(file_); c != EOF; c = std::fgetc(file_)) all += static_cast<char>(c);
    return all;
  }

 private:
  std::FILE* file_;
};

}  // namespace estream::cli
