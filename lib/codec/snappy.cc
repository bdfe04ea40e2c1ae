#include "codec/snappy.h"

#include <snappy.h>

#include <algorithm>
#include <array>

#include "base/endian.h"
#include "codec/decode_error.h"

namespace estream {

namespace {

constexpr std::size_t frame_header_bytes = 16;
constexpr std::array<unsigned char, 8> magic = {0x82, 'S', 'N', 'A', 'P', 'P', 'Y', 0};

bool begins_frame(Bytes input) {
  return input.size() >= frame_header_bytes &&
         std::equal(magic.begin(), magic.end(), input.begin(),
                    [](unsigned char want, std::byte is) { return std::byte{want} == is; });
}

// Appends what one raw block holds after the first `done` bytes of `out`; answers the new total.
Result<std::size_t> append_block(Bytes block, std::size_t done, std::size_t limit,
                                 ByteBuffer& out) {
  const auto* compressed = reinterpret_cast<const char*>(block.data());
  std::size_t size_bytes = 0;
  if (!snappy::GetUncompressedLength(compressed, block.size(), &size_bytes)) {
    return undecodable("snappy", "a block without a length");
  }
  if (size_bytes > limit - done) return over_limit("snappy", limit);
  out.grow(done + size_bytes, limit, done);
  char* target = reinterpret_cast<char*>(out.data() + done);
  if (!snappy::RawUncompress(compressed, block.size(), target)) {
    return undecodable("snappy", "a damaged block");
  }
  return done + size_bytes;
}

}  // namespace

Result<std::size_t> snappy_decompress(Bytes input, std::size_t limit, ByteBuffer& out) {
  if (!begins_frame(input)) return append_block(input, 0, limit, out);

  std::size_t done = 0;
  while (!input.empty()) {
    if (begins_frame(input)) {
      input = input.subspan(frame_header_bytes);
      continue;
    }
    if (input.size() < 4) return undecodable("snappy", "cut short in a block's length");
    const auto block_bytes = load_be<std::uint32_t>(input, 0);
    input = input.subspan(4);
    if (block_bytes > input.size()) return undecodable("snappy", "cut short in a block");
    done = TRY(append_block(input.first(block_bytes), done, limit, out));
    input = input.subspan(block_bytes);
  }
  return done;
}

}  // namespace estream
