#include "fuzz/segment_mutator.h"

#include <array>
#include <cstring>
#include <random>
#include <vector>

#include "base/endian.h"
#include "fuzz/fuzz.h"
#include "fuzz/segment_bytes.h"

namespace estream::fuzz {

namespace {

constexpr std::size_t plain_bytes_max = 256 << 10;

class Mutator {
 public:
  Mutator(std::vector<std::string> batches, unsigned seed)
      : random_(seed), batches_(std::move(batches)) {}

  std::string run(std::size_t size_max) {
    if (batches_.empty()) batches_.emplace_back(batch_header_bytes, '\0');
    std::string& batch = batches_[random_() % batches_.size()];
    bool may_repair = true;
    switch (random_() % 8) {
      case 0:
        batch = mutate_text(batch, size_max);
        may_repair = random_() % 4 != 0;
        break;
      case 1:
      case 2:
        change_field(batch);
        break;
      case 3:
      case 4:
      case 5:
        change_records(batch);
        break;
      default:
        change_order();
    }
    if (may_repair) repair_batches(batches_);
    if (random_() % 2 == 0) tile_batches(batches_, first_offset(), 0);
    while (batches_.size() > 1 && join(batches_).size() > size_max) batches_.pop_back();
    return join(batches_).substr(0, size_max);
  }

 private:
  std::int64_t first_offset() const {
    if (batches_.front().size() < 8 || random_seen_ % 4 == 0) return 0;
    return load_be<std::int64_t>(as_bytes(batches_.front()), 0);
  }

  // Another value in one of the header's fields.
  void change_field(std::string& batch) {
    struct Field {
      std::size_t at, size;
    };
    constexpr std::array<Field, 11> fields = {{{0, 8},
                                               {12, 4},
                                               {21, 2},
                                               {23, 4},
                                               {27, 8},
                                               {35, 8},
                                               {43, 8},
                                               {51, 2},
                                               {53, 4},
                                               {57, 4},
                                               {57, 4}}};
    if (batch.size() < batch_header_bytes) return;
    const Field field = fields[random_() % fields.size()];
    std::string part = batch.substr(field.at, field.size);
    if (random_() % 4 == 0) {
      constexpr std::array<std::uint8_t, 4> edges = {0x00, 0x7F, 0x80, 0xFF};
      part.assign(field.size, static_cast<char>(random_() % 2 == 0 ? 0x00 : 0xFF));
      part.front() = static_cast<char>(edges[random_() % edges.size()]);
    } else if (random_() % 2 == 0) {
      part.back() = static_cast<char>(part.back() + static_cast<char>(random_() % 5) - 2);
    } else {
      part = mutate_text(part, field.size);
    }
    part.resize(field.size);
    batch.replace(field.at, field.size, part);
  }

  // Unpacks, changes, and packs by any codec.
  void change_records(std::string& batch) {
    if (batch.size() < batch_header_bytes) return;
    const int attributes = load_be<std::int16_t>(as_bytes(batch), 21);
    const auto codec = static_cast<Codec>(std::min(attributes & 7, codec_count - 1));
    const std::string stored = batch.substr(batch_header_bytes);
    const auto plain = decompressor_.decompress(codec, as_bytes(stored), plain_bytes_max);
    std::string records = plain ? std::string(as_text(*plain)) : stored;
    if (random_() % 4 != 0) records = mutate_text(records, plain_bytes_max);
    const auto target = random_() % 2 == 0 ? codec : static_cast<Codec>(random_() % codec_count);
    std::string packed = compressed(target, records, static_cast<unsigned>(random_()));
    if (random_() % 8 == 0) packed = mutate_text(packed, packed.size() + 16);
    batch.resize(batch_header_bytes);
    const auto bits = static_cast<std::int16_t>((attributes & ~7) | static_cast<int>(target));
    store_be(std::as_writable_bytes(std::span(batch)), 21, bits);
    batch += packed;
  }

  // Twice, away, exchanged, cut short.
  void change_order() {
    const std::size_t i = random_() % batches_.size();
    const std::size_t other = random_() % batches_.size();
    random_seen_ = static_cast<unsigned>(random_());
    switch (random_() % 4) {
      case 0:
        batches_.push_back(std::string(batches_[i]));
        break;
      case 1:
        if (batches_.size() > 1) {
          batches_.erase(batches_.begin() + static_cast<std::ptrdiff_t>(i));
        }
        break;
      case 2:
        std::swap(batches_[i], batches_[other]);
        break;
      default:
        batches_.back().resize(random_() % (batches_.back().size() + 1));
        if (batches_.size() > 1 && batches_.back().empty()) batches_.pop_back();
    }
  }

  std::minstd_rand random_;
  unsigned random_seen_ = 1;
  std::vector<std::string> batches_;
  Decompressor decompressor_;
};

}  // namespace

std::string mutate_text(const std::string& text, std::size_t size_max) {
  std::vector<std::uint8_t> bytes(text.begin(), text.end());
  bytes.resize(std::max(text.size(), size_max) + 1);
  const std::size_t size =
      LLVMFuzzerMutate(bytes.data(), std::min(text.size(), size_max), size_max);
  return {bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size)};
}

std::string mutate_segment(const std::string& segment, std::size_t size_max, unsigned seed) {
  return Mutator(cut_segment(segment), seed).run(size_max);
}

std::size_t mutate_with_front(std::uint8_t* data, std::size_t size, std::size_t size_max,
                              unsigned seed, std::size_t front_bytes) {
  std::string input(reinterpret_cast<const char*>(data), size);
  input.resize(std::max(size, front_bytes));
  if (input.size() > size_max) return size;
  std::string front = input.substr(0, front_bytes);
  std::string segment = input.substr(front_bytes);
  std::minstd_rand random(seed);
  random.discard(3);
  if (front_bytes > 0 && random() % 3 == 0) {
    front = mutate_text(front, front_bytes);
    front.resize(front_bytes);
  } else {
    segment = mutate_segment(segment, size_max - front_bytes, static_cast<unsigned>(random()));
  }
  input = front + segment;
  std::memcpy(data, input.data(), input.size());
  return input.size();
}

}  // namespace estream::fuzz
