#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace estream::fuzz {

// The plain driver's changes of inputs: bits, bytes, numbers of all widths, blocks that move, parts
// of other inputs, words of a dictionary. All from one seed.
class Mutation {
 public:
  explicit Mutation(std::uint64_t seed) : random_(seed) {}

  // Inputs to take parts of.
  void set_others(const std::vector<std::string>* others) { others_ = others; }
  // Words in libFuzzer's form, a quoted one in a line.
  void read_dictionary(const std::string& path);

  // Makes one change, and never one that is longer than `size_max`.
  void change(std::string& input, std::size_t size_max);

  std::uint64_t random() { return random_(); }
  std::size_t below(std::size_t count) { return count == 0 ? 0 : random_() % count; }

 private:
  void set_number(std::string& input);
  void change_digits(std::string& input);
  void put(std::string& input, const std::string& part, std::size_t size_max);
  void move_block(std::string& input, std::size_t size_max);

  std::mt19937_64 random_;
  const std::vector<std::string>* others_ = nullptr;
  std::vector<std::string> words_;
};

}  // namespace estream::fuzz
