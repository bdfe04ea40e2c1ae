#include "cli/nearest_word.h"

#include <algorithm>

namespace estream::cli {

std::string nearest_word(std::string_view text, const std::vector<std::string>& words) {
  std::string nearest;
  std::size_t least = text.size() < 5 ? 2 : 3;  // The first distance that is too far.
  if (text.empty()) return nearest;
  for (const std::string& word : words) {
    if (word.empty()) continue;
    const bool is_beginning = text.size() >= 2 && word.starts_with(text);
    const std::size_t distance = is_beginning ? 1 : edit_distance(text, word);
    if (distance >= least) continue;
    least = distance;
    nearest = word;
  }
  return nearest;
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  // Three rows of the usual table: the one before last is needed for a swap.
  std::vector<std::size_t> before(b.size() + 1);
  std::vector<std::size_t> last(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); j++) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); i++) {
    before.swap(last);
    last.swap(row);
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); j++) {
      const std::size_t changed = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({changed, last[j] + 1, row[j - 1] + 1});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before[j - 2] + 1);
      }
    }
  }
  return row[b.size()];
}

}  // namespace estream::cli
