#include "log/leader_epochs.h"

#include <doctest/doctest.h>

using namespace estream;
using namespace estream::log;

namespace {

LeaderEpochs parsed(std::string_view text) {
  auto epochs = LeaderEpochs::parse(text);
  REQUIRE(epochs);
  return *std::move(epochs);
}

}  // namespace

TEST_CASE("the text is Kafka's, and read back as it was written") {
  LeaderEpochs epochs;
  epochs.begin(0, {0});
  epochs.begin(1, {4711});
  CHECK(epochs.to_text() == "0\n2\n0 0\n1 4711\n");
  CHECK(parsed(epochs.to_text()).to_text() == epochs.to_text());
  CHECK(parsed("0\n0\n").to_text() == "0\n0\n");
}

TEST_CASE("an offset has the epoch that began at it or last before it") {
  const LeaderEpochs epochs = parsed("0\n3\n2 10\n5 20\n6 21\n");
  CHECK(epochs.at({9}) == std::nullopt);
  CHECK(epochs.at({10}) == 2);
  CHECK(epochs.at({19}) == 2);
  CHECK(epochs.at({20}) == 5);
  CHECK(epochs.at({21}) == 6);
  CHECK(epochs.at({INT64_MAX}) == 6);
  CHECK(epochs.last() == 6);
  CHECK(LeaderEpochs().at({0}) == std::nullopt);
  CHECK(LeaderEpochs().last() == -1);
}

TEST_CASE("an epoch that begins earlier takes the place of those after it") {
  LeaderEpochs epochs = parsed("0\n3\n0 0\n1 10\n2 20\n");
  epochs.begin(3, {10});
  CHECK(epochs.to_text() == "0\n2\n0 0\n3 10\n");
  epochs.begin(4, {0});
  CHECK(epochs.to_text() == "0\n1\n4 0\n");
}

TEST_CASE("a malformed checkpoint is corrupt, never taken half") {
  for (const std::string text : {"1\n0\n",
                                 "0",
                                 "0\n",
                                 "x",
                                 "0\nx\n",
                                 "0\n-1\n",
                                 "0\n1\n",
                                 "0\n1\n0\n",
                                 "0\n1\n0 x\n",
                                 "0\n1\n0 0\n1 5\n",
                                 "0\n1\n0 0\nx",
                                 "0\n2\n0 0\n",
                                 "0\n2\n0 0\n0 5\n",
                                 "0\n2\n1 0\n0 5\n",
                                 "0\n2\n0 5\n1 5\n",
                                 "0\n2\n0 5\n1 4\n",
                                 "0\n1\n-1 0\n",
                                 "0\n1\n0 -1\n",
                                 "0\n1\n2147483648 0\n",
                                 "0\n1\n2147483647 0\n",
                                 "0\n1\n0 9223372036854775808\n",
                                 "0\n99999999999999999999\n"}) {
    CAPTURE(text);
    const auto epochs = LeaderEpochs::parse(text);
    REQUIRE(!epochs);
    CHECK(epochs.error().code == Error::Code::corrupt);
  }
}

TEST_CASE("a count that promises billions costs nothing") {
  CHECK(!LeaderEpochs::parse("0\n9223372036854775807\n0 0\n"));
}
