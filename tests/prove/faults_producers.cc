#include "prove/faults_producers.h"

namespace estream::prove::faults {

namespace {

constexpr std::size_t steps_of_run = 9;

}  // namespace

Result<void> Producers::run() {
  first_error_.reset();
  for (std::size_t i = 0; i < steps_of_run; i++) {
    Producer& producer = producers_[i % 2];
    step(producer);
    if (i % 4 >= 2) sync(producer);
  }
  for (Producer& producer : producers_) {
    sync(producer);
    finish(producer);
  }
  if (first_error_) return *first_error_;
  return {};
}

void Producers::fail(Producer& producer, const Error& error) {
  if (!first_error_) first_error_ = error;
  producer.writer.reset();
  producer.waiting.clear();
}

void Producers::step(Producer& producer) {
  const std::size_t number = steps_++;
  if (!producer.writer) {
    auto writer = open_writer(system_, options_);
    if (!writer) return fail(producer, writer.error());
    producer.writer = *std::move(writer);
  }
  const std::string value = std::to_string(number) + std::string(number * 397 % 700, '.');
  const std::array<std::string, 2> values = {value + "a", value + "b"};
  ledger_.attempted.insert(ledger_.attempted.end(), values.begin(), values.end());
  const auto offset = append(*producer.writer, {{"", values[0]}, {"", values[1]}},
                             1000 + static_cast<std::int64_t>(number));
  if (!offset) return fail(producer, offset.error());
  producer.waiting[offset->value] = values[0];
  producer.waiting[offset->value + 1] = values[1];
  if (options_.sync_level != log::SyncLevel::interval) acknowledge(producer);
}

void Producers::sync(Producer& producer) {
  if (!producer.writer) return;
  if (const auto synced = producer.writer->sync(); !synced) return fail(producer, synced.error());
  acknowledge(producer);
}

// What is done before exit 0 and does not take back what was acknowledged.
void Producers::finish(Producer& producer) {
  if (!producer.writer) return;
  if (const auto left = producer.writer->finish(); !left) return fail(producer, left.error());
  producer.writer.reset();
}

void Producers::acknowledge(Producer& producer) {
  ledger_.acknowledged.insert(producer.waiting.begin(), producer.waiting.end());
  producer.waiting.clear();
}

}  // namespace estream::prove::faults
