#include "fuzz/mutation.h"

#include <algorithm>
#include <array>
#include <fstream>

namespace estream::fuzz {

namespace {

// "\x1f\\\"ab" without its quotes and escapes.
std::string unescaped(const std::string& text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); at++) {
    if (text[at] != '\\' || at + 1 == text.size()) {
      out += text[at];
    } else if (text[at + 1] == 'x' && at + 3 < text.size()) {
      out += static_cast<char>(std::stoi(text.substr(at + 2, 2), nullptr, 16));
      at += 3;
    } else {
      out += text[++at];
    }
  }
  return out;
}

}  // namespace

void Mutation::read_dictionary(const std::string& path) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    const std::size_t first = line.find('"');
    const std::size_t last = line.rfind('"');
    if (line.starts_with('#') || first == last) continue;
    words_.push_back(unescaped(line.substr(first + 1, last - first - 1)));
  }
}

// A number that is apt to be an edge, of 1, 2, 4 or 8 bytes, big-endian or little-endian.
void Mutation::set_number(std::string& input) {
  const std::size_t width = std::size_t{1} << below(4);
  if (input.size() < width) return;
  const std::array<std::uint64_t, 12> edges = {
      0,          1,          UINT64_MAX,   INT64_MAX,  1ULL << 63,   INT32_MAX,
      1ULL << 31, 1ULL << 30, input.size(), below(256), below(65536), random_()};
  std::uint64_t value = edges[below(edges.size())];
  if (below(4) == 0) value = value - 2 + below(5);
  const std::size_t at = below(input.size() - width + 1);
  const bool is_little = below(4) == 0;
  for (std::size_t i = 0; i < width; i++) {
    const std::size_t shift = 8 * (is_little ? i : width - 1 - i);
    input[at + i] = static_cast<char>(value >> shift & 0xFF);
  }
}

// Another number in the place of one that is written in digits.
void Mutation::change_digits(std::string& input) {
  const std::size_t from = input.find_first_of("0123456789", below(input.size()));
  if (from == input.npos) return;
  const std::size_t to = std::min(input.find_first_not_of("0123456789", from), input.size());
  constexpr std::array<const char*, 10> edges = {"0",
                                                 "1",
                                                 "9223372036854775807",
                                                 "9223372036854775808",
                                                 "18446744073709551616",
                                                 "65536",
                                                 "-2147483649",
                                                 "2147483647",
                                                 "1e400",
                                                 "00"};
  const std::string number =
      below(2) == 0 ? edges[below(edges.size())] : std::to_string(random_() >> below(64));
  input.replace(from, std::min(to - from, number.size()), number, 0, to - from);
}

void Mutation::put(std::string& input, const std::string& part, std::size_t size_max) {
  if (part.empty()) return;
  const std::size_t at = below(input.size() + 1);
  if (below(2) == 0 && input.size() + part.size() <= size_max) {
    input.insert(at, part);
  } else {
    const std::size_t count = std::min(part.size(), input.size() - at);
    input.replace(at, count, part, 0, count);
  }
}

void Mutation::move_block(std::string& input, std::size_t size_max) {
  const std::size_t from = below(input.size());
  const std::size_t count = 1 + below(std::min<std::size_t>(input.size() - from, 128));
  put(input, input.substr(from, count), size_max);
}

void Mutation::change(std::string& input, std::size_t size_max) {
  if (input.empty()) {
    input.push_back(static_cast<char>(random_()));
    return;
  }
  const std::size_t at = below(input.size());
  switch (below(9)) {
    case 0:
      input[at] = static_cast<char>(input[at] ^ (1 << below(8)));
      break;
    case 1:
      input[at] = static_cast<char>(random_());
      break;
    case 2:
      set_number(input);
      break;
    case 3:
      change_digits(input);
      break;
    case 4:
      input.erase(at, 1 + below(below(4) == 0 ? input.size() : 8));
      break;
    case 5:
      if (input.size() < size_max) input.insert(at, 1, static_cast<char>(random_()));
      break;
    case 6:
      move_block(input, size_max);
      break;
    case 7:
      if (!words_.empty()) put(input, words_[below(words_.size())], size_max);
      break;
    default:
      if (others_ == nullptr || others_->empty()) break;
      const std::string& other = (*others_)[below(others_->size())];
      if (other.empty()) break;
      const std::size_t from = below(other.size());
      put(input, other.substr(from, 1 + below(other.size() - from)), size_max);
  }
}

}  // namespace estream::fuzz
