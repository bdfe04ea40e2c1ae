// Compressed bytes from anywhere: the result and the memory for it stay within the limit.
#include <cstring>

#include "codec/codec.h"
#include "fuzz/fuzz.h"
#include "fuzz/memory_meter.h"
#include "fuzz/segment_bytes.h"
#include "fuzz/segment_mutator.h"

using namespace estream;
using namespace estream::fuzz;

namespace {

constexpr std::size_t front_bytes = 4;

Mark accepted[] = {{"codecs", "none is accepted"},
                   {"codecs", "gzip is accepted"},
                   {"codecs", "snappy is accepted"},
                   {"codecs", "lz4 is accepted"},
                   {"codecs", "zstd is accepted"}};
Mark over_limit("codecs", "a result over the limit is refused");
Mark damaged("codecs", "damage is refused");

std::optional<std::string> decompressed(Codec codec, Bytes input, std::size_t limit) {
  const MemoryMeter meter;
  Decompressor decompressor;
  const auto plain = decompressor.decompress(codec, input, limit);
  // A buffer that grows is there twice for a moment. Beyond it are the codecs' own tables: zstd's
  // window is up to 128 MiB, of which nothing is touched before it is filled.
  const std::size_t own_bytes = codec == Codec::zstd ? 130 << 20 : 1 << 20;
  PROPERTY(meter.peak_bytes() <= 2 * limit + own_bytes);
  if (plain) {
    PROPERTY(plain->size() <= limit);
    return std::string(as_text(*plain));
  }
  PROPERTY(plain.error().code == Error::Code::corrupt);
  PROPERTY(plain.error().message.starts_with(codec_name(codec)));
  const bool is_over = plain.error().message.find("more than") != std::string::npos;
  (is_over ? over_limit : damaged).reach();
  return std::nullopt;
}

void check_round_trip(Bytes plain, int level) {
  Compressor compressor;
  Decompressor decompressor;
  ByteBuffer out;
  const auto size = compressor.compress(Codec::zstd, level, plain, out, 7);
  PROPERTY(size.has_value());
  const auto again =
      decompressor.decompress(Codec::zstd, Bytes(out.first(7 + *size)).subspan(7), plain.size());
  PROPERTY(again && as_text(*again) == as_text(plain));
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Recipe recipe(data, size);
  const auto codec = static_cast<Codec>(recipe.choice(codec_count));
  const int level = static_cast<int>(1 + recipe.choice(3));
  const std::size_t limit = recipe.number<std::uint16_t>() * std::size_t{16};
  const Bytes input = recipe.rest();
  const auto plain = decompressed(codec, input, limit);
  if (plain) {
    accepted[static_cast<std::size_t>(codec)].reach();
    PROPERTY(decompressed(codec, input, plain->size()) == plain);
    PROPERTY(decompressed(codec, input, limit + 100) == plain);
    if (!plain->empty()) PROPERTY(!decompressed(codec, input, plain->size() - 1));
  }
  check_round_trip(input, level);
  return 0;
}

// Half of the time the text is changed and compressed anew.
std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t size_max,
                                    unsigned seed) {
  if (seed % 2 == 0 || size < front_bytes) return LLVMFuzzerMutate(data, size, size_max);
  const std::string front(reinterpret_cast<const char*>(data), front_bytes);
  const std::string stored(reinterpret_cast<const char*>(data) + front_bytes, size - front_bytes);
  Decompressor decompressor;
  const auto codec = static_cast<Codec>(data[0] % codec_count);
  const auto plain = decompressor.decompress(codec, as_bytes(stored), 1 << 20);
  const std::string text = mutate_text(plain ? std::string(as_text(*plain)) : stored, 1 << 16);
  const std::string input = front + compressed(codec, text, seed >> 8);
  if (input.size() > size_max) return size;
  std::memcpy(data, input.data(), input.size());
  return input.size();
}
