#include "cli/environment.h"

#include <doctest/doctest.h>

#include "cli/scoped_variable.h"

using namespace estream;
using namespace estream::cli;

TEST_CASE("the data root is looked for in order") {
  const ScopedVariable home("HOME", "/home/ada");
  const ScopedVariable data_home("XDG_DATA_HOME", "/data");
  const ScopedVariable root("ESTREAM_DIR", "/events");
  CHECK(*data_root("here") == "here");
  CHECK(*data_root({}) == "/events");
  const ScopedVariable no_root("ESTREAM_DIR", nullptr);
  CHECK(*data_root({}) == "/data/estream");
  const ScopedVariable no_data_home("XDG_DATA_HOME", nullptr);
  CHECK(*data_root({}) == "/home/ada/.local/share/estream");
}

TEST_CASE("empty variables and a relative XDG_DATA_HOME count as unset") {
  const ScopedVariable home("HOME", "/home/ada");
  const ScopedVariable root("ESTREAM_DIR", "");
  const ScopedVariable data_home("XDG_DATA_HOME", "data");
  CHECK(*data_root({}) == "/home/ada/.local/share/estream");
}

TEST_CASE("without a home the data root must be named") {
  const ScopedVariable home("HOME", nullptr);
  const ScopedVariable root("ESTREAM_DIR", nullptr);
  const ScopedVariable data_home("XDG_DATA_HOME", nullptr);
  CHECK(data_root({}).error().message ==
        "data root: HOME is not set; give --dir or set ESTREAM_DIR");
  CHECK(data_root("").error().code == Error::Code::usage);
}

TEST_CASE("ESTREAM_NOW stops the clock") {
  const ScopedVariable epoch("ESTREAM_NOW", "1732350000");
  CHECK(current_time()->ms == 1732350000000);
  const ScopedVariable last("ESTREAM_NOW", "253402300799");
  CHECK(current_time()->ms == 253402300799000);
}

TEST_CASE("a ESTREAM_NOW that is not a number of seconds is refused") {
  for (const char* text : {"yesterday", "-1", "253402300800"}) {
    const ScopedVariable epoch("ESTREAM_NOW", text);
    CHECK(current_time().error().code == Error::Code::usage);
  }
}

TEST_CASE("what build environments export stops no clock") {
  const ScopedVariable now("ESTREAM_NOW", nullptr);
  const ScopedVariable epoch("SOURCE_DATE_EPOCH", "0");
  CHECK(current_time()->ms > 1700000000000);
}

TEST_CASE("without ESTREAM_NOW the clock runs") {
  const ScopedVariable epoch("ESTREAM_NOW", nullptr);
  CHECK(current_time()->ms > 1700000000000);
}
