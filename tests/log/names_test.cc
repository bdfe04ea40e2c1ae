#include "log/names.h"

#include <doctest/doctest.h>

using namespace estream;
using namespace estream::log;

TEST_CASE("segment files are named as Kafka names them") {
  CHECK(segment_file_name({0}, SegmentFile::log) == "00000000000000000000.log");
  CHECK(segment_file_name({42}, SegmentFile::index) == "00000000000000000042.index");
  CHECK(segment_file_name({INT64_MAX}, SegmentFile::time_index) ==
        "09223372036854775807.timeindex");
}

TEST_CASE("the name of a log file gives back its base offset") {
  CHECK(parse_log_name("00000000000000000000.log") == Offset{0});
  CHECK(parse_log_name("00000000000000004711.log") == Offset{4711});
  CHECK(parse_log_name("09223372036854775807.log") == Offset{INT64_MAX});
}

TEST_CASE("whatever is not the name of a log file is none") {
  for (const std::string name :
       {"", ".log", "0.log", "0000000000000000000.log", "000000000000000000000.log",
        "00000000000000000000.index", "00000000000000000000.log.cleaned",
        "00000000000000000000.log.deleted", "0000000000000000000a.log", "-0000000000000000001.log",
        "+0000000000000000001.log", " 0000000000000000001.log", "09223372036854775808.log",
        "99999999999999999999.log", "00000000000000000000.LOG", "commit", "quarantine"}) {
    CAPTURE(name);
    CHECK(!parse_log_name(name).has_value());
  }
}

TEST_CASE("a partition number is written in one way only") {
  CHECK(parse_canonical_number("0", 100) == 0);
  CHECK(parse_canonical_number("100", 100) == 100);
  CHECK(parse_canonical_number("9223372036854775807", INT64_MAX) == INT64_MAX);
  for (const std::string text : {"", "101", "00", "01", "-1", "+1", " 1", "1 ", "1a", "a", "1.0",
                                 "9223372036854775808", "99999999999999999999999"}) {
    CAPTURE(text);
    CHECK(!parse_canonical_number(text, 100).has_value());
  }
}
