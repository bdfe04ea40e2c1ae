#include "base/crc32c.h"

#include <array>
#include <bit>
#include <cstring>

#if defined(__x86_64__)
#include <nmmintrin.h>
#endif

// Both implementations follow from one fact: a CRC is linear. The register after some bytes is the
// sum (xor) of what each byte contributes alone, moved on by the zero bytes that follow it. So
// eight bytes can be looked up side by side, and streams can be computed apart and then joined by
// moving the earlier one over as many zero bytes as the later one is long.

namespace estream {

namespace {

constexpr std::uint32_t polynomial = 0x82F63B78;  // Bits reversed: x^31 is the lowest bit.

using Table = std::array<std::uint32_t, 256>;

// tables[n][b] is the register after byte b and n zero bytes, starting from 0.
constexpr std::array<Table, 8> slicing_tables() {
  std::array<Table, 8> tables = {};
  for (std::uint32_t byte = 0; byte < 256; byte++) {
    std::uint32_t crc = byte;
    for (int bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ ((crc & 1) != 0 ? polynomial : 0);
    tables[0][byte] = crc;
  }
  for (std::size_t n = 1; n < 8; n++) {
    for (std::size_t byte = 0; byte < 256; byte++) {
      const std::uint32_t before = tables[n - 1][byte];
      tables[n][byte] = (before >> 8) ^ tables[0][before & 0xFF];
    }
  }
  return tables;
}

constexpr std::array<Table, 8> slices = slicing_tables();

std::uint32_t add_byte(std::uint32_t state, std::byte byte) {
  return (state >> 8) ^ slices[0][(state ^ static_cast<std::uint32_t>(byte)) & 0xFF];
}

// The next eight bytes as they sit on a little-endian machine.
std::uint64_t load_le(const std::byte* at) {
  std::uint64_t word;
  std::memcpy(&word, at, sizeof word);
  if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap64(word);
  return word;
}

}  // namespace

namespace crc32c_detail {

std::uint32_t extend_portable(std::uint32_t crc, Bytes bytes) {
  std::uint32_t state = ~crc;
  const std::byte* at = bytes.data();
  std::size_t left = bytes.size();
  for (; left >= 8; at += 8, left -= 8) {
    const std::uint64_t word = load_le(at) ^ state;
    state = 0;
    for (std::size_t i = 0; i < 8; i++) state ^= slices[7 - i][(word >> (8 * i)) & 0xFF];
  }
  for (; left > 0; at++, left--) state = add_byte(state, *at);
  return ~state;
}

#if defined(__x86_64__)

namespace {

// The instruction answers after three cycles but can start every cycle: three streams keep it busy.
// Long stretches amortize the joining, short ones serve what is left.
constexpr std::size_t long_stream_bytes = 4096;
constexpr std::size_t short_stream_bytes = 256;

// A linear map over the register: column n is where bit n goes.
using Map = std::array<std::uint32_t, 32>;

constexpr std::uint32_t apply(const Map& map, std::uint32_t state) {
  std::uint32_t sum = 0;
  for (std::size_t bit = 0; bit < 32; bit++) sum ^= ((state >> bit) & 1) != 0 ? map[bit] : 0;
  return sum;
}

// Moves a register over `zero_bytes` zero bytes, one lookup for each of its four bytes.
constexpr std::array<Table, 4> zeros_tables(std::size_t zero_bytes) {
  Map map = {};
  for (std::uint32_t bit = 0; bit < 32; bit++) {
    const std::uint32_t state = 1U << bit;
    map[bit] = (state >> 8) ^ slices[0][state & 0xFF];
  }
  for (std::size_t covered = 1; covered < zero_bytes; covered *= 2) {
    Map twice = {};
    for (std::size_t bit = 0; bit < 32; bit++) twice[bit] = apply(map, map[bit]);
    map = twice;
  }
  std::array<Table, 4> tables = {};
  for (std::size_t place = 0; place < 4; place++) {
    for (std::uint32_t byte = 0; byte < 256; byte++) {
      tables[place][byte] = apply(map, byte << (8 * place));
    }
  }
  return tables;
}

static_assert(std::has_single_bit(long_stream_bytes) && std::has_single_bit(short_stream_bytes),
              "zeros_tables doubles its way up");
constexpr std::array<Table, 4> long_zeros = zeros_tables(long_stream_bytes);
constexpr std::array<Table, 4> short_zeros = zeros_tables(short_stream_bytes);

std::uint64_t over_zeros(const std::array<Table, 4>& zeros, std::uint64_t state) {
  return zeros[0][state & 0xFF] ^ zeros[1][(state >> 8) & 0xFF] ^ zeros[2][(state >> 16) & 0xFF] ^
         zeros[3][(state >> 24) & 0xFF];
}

// Consumes three streams of `stream_bytes` each as long as there are that many.
template <std::size_t stream_bytes>
__attribute__((target("sse4.2"))) std::uint64_t add_streams(std::uint64_t state,
                                                            const std::byte*& at, std::size_t& left,
                                                            const std::array<Table, 4>& zeros) {
  while (left >= 3 * stream_bytes) {
    std::uint64_t second = 0;
    std::uint64_t third = 0;
    for (const std::byte* end = at + stream_bytes; at < end; at += 8) {
      state = _mm_crc32_u64(state, load_le(at));
      second = _mm_crc32_u64(second, load_le(at + stream_bytes));
      third = _mm_crc32_u64(third, load_le(at + 2 * stream_bytes));
    }
    state = over_zeros(zeros, state) ^ second;
    state = over_zeros(zeros, state) ^ third;
    at += 2 * stream_bytes;
    left -= 3 * stream_bytes;
  }
  return state;
}

}  // namespace

bool has_sse42() { return __builtin_cpu_supports("sse4.2") != 0; }

__attribute__((target("sse4.2"))) std::uint32_t extend_sse42(std::uint32_t crc, Bytes bytes) {
  const std::byte* at = bytes.data();
  std::size_t left = bytes.size();
  std::uint64_t state = ~crc;
  state = add_streams<long_stream_bytes>(state, at, left, long_zeros);
  state = add_streams<short_stream_bytes>(state, at, left, short_zeros);
  for (; left >= 8; at += 8, left -= 8) state = _mm_crc32_u64(state, load_le(at));
  auto last = static_cast<std::uint32_t>(state);
  for (; left > 0; at++, left--) last = _mm_crc32_u8(last, static_cast<unsigned char>(*at));
  return ~last;
}

#else

bool has_sse42() { return false; }

std::uint32_t extend_sse42(std::uint32_t crc, Bytes bytes) { return extend_portable(crc, bytes); }

#endif

}  // namespace crc32c_detail

std::uint32_t crc32c_extend(std::uint32_t crc, Bytes bytes) {
  static const bool fast = crc32c_detail::has_sse42();
  return fast ? crc32c_detail::extend_sse42(crc, bytes)
              : crc32c_detail::extend_portable(crc, bytes);
}

std::uint32_t crc32c(Bytes bytes) { return crc32c_extend(0, bytes); }

}  // namespace estream
