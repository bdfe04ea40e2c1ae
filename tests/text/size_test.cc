#include "text/size.h"

#include <doctest/doctest.h>

using namespace estream;
using namespace estream::text;

TEST_CASE("sizes count in 1024s, with a B in 1000s, with iB in 1024s") {
  CHECK(*parse_size("0") == 0);
  CHECK(*parse_size("512B") == 512);
  CHECK(*parse_size("64K") == 65536);
  CHECK(*parse_size("64KiB") == 65536);
  CHECK(*parse_size("64KB") == 64000);
  CHECK(*parse_size("1.5G") == 1610612736);
  CHECK(*parse_size("10MB") == 10000000);
  CHECK(*parse_size("2T") == 2199023255552);
  CHECK(*parse_size("2TB") == 2000000000000);
}

TEST_CASE("malformed sizes are refused with a proposal") {
  for (const std::string_view text :
       {"", "K", "-1", "1.5B", "1k", "1m", "1 K", "1Ki", "1kb", "1P", "1K1"}) {
    CAPTURE(text);
    const auto size = parse_size(text);
    REQUIRE_FALSE(size);
    CHECK(size.error().code == Error::Code::usage);
    CHECK(size.error().message.find("; write bytes as 512B, 64K") != std::string::npos);
  }
}

TEST_CASE("a number without a unit is bytes under Kafka's names and nowhere else") {
  CHECK(parse_size("5").error().message == "5 has no unit; write 5K or 5M");
  CHECK_FALSE(parse_size("1.5"));
  CHECK_FALSE(parse_size("00"));
  CHECK(*parse_kafka_size("5") == 5);
  CHECK(*parse_kafka_size("5K") == 5120);
  CHECK_FALSE(parse_kafka_size("1.5"));
  CHECK_FALSE(parse_kafka_size(""));
}

TEST_CASE("a size over the range of int64 is refused") {
  CHECK(*parse_size("9223372036854775807B") == 9223372036854775807);
  CHECK_FALSE(parse_size("9223372036854775808B"));
  CHECK_FALSE(parse_size("8388608T"));
}

TEST_CASE("counts know k and M") {
  CHECK(*parse_count("100") == 100);
  CHECK(*parse_count("10k") == 10000);
  CHECK(*parse_count("1.5M") == 1500000);
  for (const std::string_view text : {"", "10K", "10m", "1G", "1.5", "-1", "0x10"}) {
    CAPTURE(text);
    const auto count = parse_count(text);
    REQUIRE_FALSE(count);
    CHECK(count.error().message.find("; write a number as 100, 10k") != std::string::npos);
  }
}

TEST_CASE("sizes for people have two or three digits and a unit") {
  CHECK(format_size(0) == "0B");
  CHECK(format_size(1023) == "1023B");
  CHECK(format_size(1024) == "1.0KiB");
  CHECK(format_size(1992294) == "1.9MiB");
  CHECK(format_size(317440) == "310KiB");
  CHECK(format_size(-1992294) == "-1.9MiB");
  CHECK(format_size(9223372036854775807) == "8.0EiB");
}

TEST_CASE("sizes for people never show a rounded-up overflow of the unit") {
  CHECK(format_size(1024 * 1024 - 1) == "1.0MiB");
  CHECK(format_size(10188) == "9.9KiB");
  CHECK(format_size(10230) == "10KiB");
}

TEST_CASE("counts for people have their noun, and digits are not grouped") {
  CHECK(format_count(0, "batch", "batches") == "0 batches");
  CHECK(format_count(1, "batch", "batches") == "1 batch");
  CHECK(format_count(1234567, "batch", "batches") == "1234567 batches");
}
