#include "read/arrival_watch.h"

#include <doctest/doctest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <thread>

#include "io/posix_system.h"
#include "record/batch_builder.h"
#include "support/temporary_directory.h"
#include "topic/topic.h"

using namespace estream;
using namespace estream::read;

namespace {

std::int64_t elapsed_ms(io::System& system, const auto& work) {
  const std::int64_t start_ns = system.monotonic_ns();
  work();
  return (system.monotonic_ns() - start_ns) / 1'000'000;
}

}  // namespace

TEST_CASE("a wait without news ends when its time is over") {
  io::PosixSystem system;
  ArrivalWatch watch(system);
  CHECK(elapsed_ms(system, [&] { watch.wait(30'000'000); }) >= 30);
  CHECK(elapsed_ms(system, [&] { watch.wait(-5); }) < 500);
}

TEST_CASE("an append ends a wait long before its time") {
  io::PosixSystem system;
  const TemporaryDirectory directory;
  const auto topic = topic::Topic::create(system, directory.path(), "t", {});
  REQUIRE(topic);
  const auto reader = topic->open_reader(0);
  REQUIRE(reader);
  ArrivalWatch watch(system);
  watch.add(*reader, log::Layout::estream);
  std::thread writer([&] {
    system.sleep_ns(20'000'000);
    auto partition = topic->open_writer(0, {.sync_level = log::SyncLevel::none});
    BatchBuilder builder;
    builder.begin({1});
    builder.append({1}, std::nullopt, "v", {});
    auto batch = builder.finish(Codec::none, 0);
    if (partition && batch) (void)(*partition)->append(*batch);
  });
  // The time without an event is a second.
  CHECK(elapsed_ms(system, [&] { watch.wait(std::nullopt); }) < 900);
  writer.join();
}

TEST_CASE("an output ends a wait when its reader has gone, and not because it can be read") {
  io::PosixSystem system;
  std::array<int, 2> ends = {};
  REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()) == 0);
  REQUIRE(::write(ends[1], "x", 1) == 1);
  ArrivalWatch watch(system);
  watch.add_output(ends[0]);
  watch.wait(10'000'000);
  CHECK(!watch.is_output_closed());
  ::close(ends[1]);
  watch.wait(std::nullopt);
  CHECK(watch.is_output_closed());
  ::close(ends[0]);

  REQUIRE(::pipe(ends.data()) == 0);
  ::close(ends[0]);
  ArrivalWatch late(system);
  late.add_output(ends[1]);
  late.wait(std::nullopt);
  CHECK(late.is_output_closed());
  ::close(ends[1]);
}
