#pragma once

#include <cstdlib>
#include <ctime>
#include <optional>
#include <string>

namespace estream::cli {

// Sets or removes an environment variable until the end of the block.
class ScopedVariable {
 public:
  ScopedVariable(const char* name, const char* value) : name_(name) {
    if (const char* old = std::getenv(name)) old_ = old;
    set(value);
  }
  ~ScopedVariable() { set(old_ ? old_->c_str() : nullptr); }
  ScopedVariable(const ScopedVariable&) = delete;
  ScopedVariable& operator=(const ScopedVariable&) = delete;

 private:
  void set(const char* value) {
    if (value != nullptr) {
      setenv(name_, value, 1);
    } else {
      unsetenv(name_);
    }
    tzset();
  }

  const char* name_;
  std::optional<std::string> old_;
};

struct ScopedZone : ScopedVariable {
  explicit ScopedZone(const char* zone) : ScopedVariable("TZ", zone) {}
};

}  // namespace estream::cli
