// leader-epoch-checkpoint: what is read is what is written, and every question has one answer.
#include <vector>

#include "fuzz/fuzz.h"
#include "fuzz/memory_meter.h"
#include "log/leader_epochs.h"

using namespace estream;
using namespace estream::fuzz;

namespace {

Mark accepted("leader_epochs", "a table with two entries is accepted");
Mark refused("leader_epochs", "a text is refused");

// Epochs do not fall as offsets grow.
void check_answers(const log::LeaderEpochs& epochs, const std::vector<Offset>& offsets) {
  for (const Offset a : offsets) {
    const auto at_a = epochs.at(a);
    PROPERTY(!at_a || (*at_a >= 0 && *at_a <= epochs.last()));
    for (const Offset b : offsets) {
      if (a <= b) PROPERTY(!at_a || *at_a <= epochs.at(b).value_or(-1));
    }
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Recipe recipe(data, size);
  const std::vector<Offset> offsets = {{0},
                                       {recipe.number<std::int64_t>() & INT64_MAX},
                                       {recipe.number<std::uint16_t>()},
                                       {INT64_MAX}};
  const std::string_view text = recipe.rest_text();
  const MemoryMeter meter;
  auto epochs = log::LeaderEpochs::parse(text);
  PROPERTY(meter.peak_bytes() <= 64 * text.size() + 4096);
  if (!epochs) {
    refused.reach();
    PROPERTY(epochs.error().code == Error::Code::corrupt);
    return 0;
  }
  const std::string written = epochs->to_text();
  if (std::ranges::count(written, '\n') > 3) accepted.reach();
  const auto again = log::LeaderEpochs::parse(written);
  PROPERTY(again && again->to_text() == written);
  check_answers(*epochs, offsets);

  log::LeaderEpochs cut = *epochs;
  cut.cut(offsets[1]);
  PROPERTY(cut.at(offsets[1]) == epochs->at(offsets[1]));
  PROPERTY(cut.last() <= epochs->last());
  if (epochs->last() == INT32_MAX) return 0;
  epochs->begin(epochs->last() + 1, offsets[1]);
  PROPERTY(epochs->at(offsets[1]) == epochs->last());
  check_answers(*epochs, offsets);
  const auto grown = log::LeaderEpochs::parse(epochs->to_text());
  PROPERTY(grown && grown->to_text() == epochs->to_text());
  return 0;
}
