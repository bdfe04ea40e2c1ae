#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace estream::fuzz {

// Changes a segment so that most of it stays what a reader takes seriously: lengths and checksums
// are made right again, compressed records are changed unpacked and packed again, in another form
// or by another codec. Else every change would end at the checksum.
std::string mutate_segment(const std::string& segment, std::size_t size_max, unsigned seed);

// The same for an input that has `front_bytes` of something else before its segment; these are
// changed by the engine, now and then.
std::size_t mutate_with_front(std::uint8_t* data, std::size_t size, std::size_t size_max,
                              unsigned seed, std::size_t front_bytes);

// The engine's own change of a text, at most to `size_max`.
std::string mutate_text(const std::string& text, std::size_t size_max);

}  // namespace estream::fuzz
