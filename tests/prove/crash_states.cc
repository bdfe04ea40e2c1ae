#include "prove/crash_states.h"

#include <fmt/format.h>

#include <algorithm>
#include <random>
#include <set>

#include "log/commit_slot.h"

namespace estream::prove::crash {

namespace {

constexpr std::size_t subsets_all_max = 6;  // Of so many things every subset is taken ...
constexpr std::size_t subsets_seeded = 64;  // ... and of more, so many.
constexpr std::size_t random_states = 32;

bool touch_same_name(const Step& a, const Step& b) {
  if (a.node != b.node) return false;
  const auto has = [](const Step& step, const std::string& name) {
    return step.name == name || (!step.renamed_from.empty() && step.renamed_from == name);
  };
  return has(a, b.name) || (!b.renamed_from.empty() && has(a, b.renamed_from));
}

using Kept = std::vector<bool>;

class StateMaker {
 public:
  StateMaker(const Storage& storage, Persistence persistence, std::uint64_t seed)
      : storage_(storage),
        pending_(storage.pending),
        persistence_(persistence),
        random_(seed ^ 0x5ee1) {
    for (std::size_t i = 0; i < pending_.size(); i++) {
      if (is_of_names(*pending_[i])) names_.push_back(i);
      if (pending_[i]->kind == Step::Kind::write) last_write_ = i;
    }
  }

  std::vector<CrashState> make(Coverage coverage) {
    add("none", 0, none());
    add("all", 0, all());
    for (std::size_t k = 1; k < pending_.size(); k++) add("prefix", k, prefix(k));
    if (coverage == Coverage::core) return std::move(states_);
    for (std::size_t k = 0; k < pending_.size(); k++) {
      Kept kept = all();
      kept[k] = false;
      add("without", k, std::move(kept));
      kept = none();
      kept[k] = true;
      add_with_causes("only", k, std::move(kept));
    }
    add_cuts();
    add_torn_slot();
    add_pages();
    add_names();
    add_sizes();
    add_random();
    return std::move(states_);
  }

 private:
  Kept none() const { return Kept(pending_.size(), false); }
  Kept all() const { return Kept(pending_.size(), true); }
  Kept prefix(std::size_t count) const {
    Kept kept = none();
    std::fill_n(kept.begin(), count, true);
    return kept;
  }

  // Whether the change of names `later` can be on the device only when `earlier` is.
  bool depends(std::size_t later, std::size_t earlier) const {
    return persistence_ == Persistence::ordered ||
           touch_same_name(*pending_[earlier], *pending_[later]);
  }

  // Takes away what cannot be there without something that is not.
  void drop_orphans(Kept& kept) const {
    for (std::size_t i = 0; i < names_.size(); i++) {
      for (std::size_t j = 0; j < i && kept[names_[i]]; j++) {
        if (!kept[names_[j]] && depends(names_[i], names_[j])) kept[names_[i]] = false;
      }
    }
  }

  void add(const char* what, std::uint64_t number, Kept kept, std::uint64_t variant = 0) {
    drop_orphans(kept);
    CrashState state = {what, number, variant, {}};
    for (std::size_t i = 0; i < pending_.size(); i++) {
      if (kept[i]) state.pieces.push_back({pending_[i]});
    }
    states_.push_back(std::move(state));
  }

  void add_with_causes(const char* what, std::size_t k, Kept kept) {
    for (std::size_t i = names_.size(); i-- > 0;) {
      for (std::size_t j = 0; j < i && kept[names_[i]]; j++) {
        if (depends(names_[i], names_[j])) kept[names_[j]] = true;
      }
    }
    add(what, k, std::move(kept));
  }

  // A state in which the write `k` is there in pieces.
  void add_pieces(const char* what, std::uint64_t number, std::uint64_t variant, Kept kept,
                  std::size_t k, const std::vector<Piece>& pieces) {
    kept[k] = true;
    add(what, number, std::move(kept), variant);
    std::vector<Piece>& all_pieces = states_.back().pieces;
    const auto at = std::ranges::find(all_pieces, pending_[k], &Piece::step);
    all_pieces.insert(all_pieces.erase(at), pieces.begin(), pieces.end());
  }

  // The last write up to every sector's edge; the rest is missing or something else.
  void add_cuts() {
    if (!last_write_) return;
    const Step& write = *pending_[*last_write_];
    const std::uint64_t end = write.position + write.bytes.size();
    std::vector<std::uint64_t> cuts = {0};
    for (std::uint64_t edge = (write.position / sector_bytes + 1) * sector_bytes; edge < end;
         edge += sector_bytes) {
      cuts.push_back(edge - write.position);
    }
    constexpr Fill fills[] = {Fill::data, Fill::zeros, Fill::garbage, Fill::stale};
    for (const std::uint64_t cut : cuts) {
      for (std::uint64_t variant = 0; variant < 8; variant++) {
        const Fill fill = fills[variant % 4];
        std::vector<Piece> pieces = {{&write, 0, cut, Fill::data}};
        if (fill != Fill::data) pieces.push_back({&write, cut, whole, fill});
        Kept kept = variant < 4 ? all() : none();
        add_pieces("cut", cut, variant, std::move(kept), *last_write_, pieces);
      }
    }
  }

  void add_torn_slot() {
    if (!last_write_) return;
    const Step& write = *pending_[*last_write_];
    if (write.bytes.size() != log::commit_slot_bytes) return;
    add_pieces("torn", 0, 0, all(), *last_write_, {{&write, 0, whole, Fill::torn}});
    add_pieces("torn", 0, 1, none(), *last_write_, {{&write, 0, whole, Fill::torn}});
  }

  std::vector<Piece> pages_of(const Step& write, std::uint64_t mask) const {
    std::vector<Piece> pieces;
    const std::uint64_t first = write.position / page_bytes;
    const std::uint64_t end = write.position + write.bytes.size();
    for (std::uint64_t page = first; page * page_bytes < end; page++) {
      if ((mask >> ((page - first) % 64) & 1) == 0) continue;
      const std::uint64_t from = std::max(page * page_bytes, write.position) - write.position;
      pieces.push_back({&write, from, (page + 1) * page_bytes - write.position, Fill::data});
    }
    return pieces;
  }

  void add_pages() {
    if (!last_write_) return;
    const Step& write = *pending_[*last_write_];
    const std::uint64_t end = write.position + write.bytes.size();
    const std::size_t pages = (end - 1) / page_bytes - write.position / page_bytes + 1;
    if (pages < 2) return;
    for (const std::uint64_t mask : masks(pages)) {
      add_pieces("pages", mask, 0, all(), *last_write_, pages_of(write, mask));
      // The file is as long as it was to be.
      std::vector<Piece> pieces = {{&write, 0, whole, Fill::zeros}};
      for (const Piece& piece : pages_of(write, mask)) pieces.push_back(piece);
      add_pieces("pages", mask, 1, all(), *last_write_, pieces);
    }
  }

  std::vector<std::uint64_t> masks(std::size_t count) {
    std::vector<std::uint64_t> masks;
    const std::uint64_t all_masks = std::uint64_t{1} << std::min(count, subsets_all_max);
    for (std::uint64_t mask = 0; count <= subsets_all_max && mask < all_masks; mask++) {
      masks.push_back(mask);
    }
    while (masks.size() < subsets_seeded && count > subsets_all_max) masks.push_back(random_());
    return masks;
  }

  void add_names() {
    if (names_.size() < 2) return;
    for (const std::uint64_t mask : masks(names_.size())) {
      for (std::uint64_t variant = 0; variant < 2; variant++) {
        Kept kept = variant == 0 ? all() : none();
        for (std::size_t i = 0; i < names_.size(); i++) kept[names_[i]] = (mask >> i % 64 & 1) != 0;
        add("names", mask, std::move(kept), variant);
      }
    }
  }

  // Files got their length and not their bytes; or the bytes, and not the length.
  void add_sizes() {
    for (std::size_t k = 0; k < pending_.size(); k++) {
      const Step& write = *pending_[k];
      if (write.kind != Step::Kind::write) continue;
      add_pieces("length", k, 0, all(), k, {{&write, 0, whole, Fill::zeros}});
      add_pieces("length", k, 1, all(), k, {{&write, 0, whole, Fill::garbage}});
      const std::uint64_t size = storage_.durable.size_bytes(write.node);
      if (size <= write.position || size >= write.position + write.bytes.size()) continue;
      add_pieces("content", k, 0, all(), k, {{&write, 0, size - write.position, Fill::data}});
    }
  }

  void add_random() {
    constexpr Fill fills[] = {Fill::data, Fill::zeros, Fill::garbage, Fill::stale};
    for (std::uint64_t number = 0; number < random_states; number++) {
      Kept kept = none();
      for (std::size_t i = 0; i < kept.size(); i++) kept[i] = random_() % 4 < 1 + number % 3;
      add("random", number, std::move(kept));
      std::vector<Piece> pieces;
      for (const Piece& piece : std::exchange(states_.back().pieces, {})) {
        const bool is_write = piece.step->kind == Step::Kind::write;
        if (!is_write || random_() % 3 != 0) {
          pieces.push_back(piece);
          continue;
        }
        const Fill fill = fills[random_() % 4];
        if (fill != Fill::data) pieces.push_back({piece.step, 0, whole, fill});
        for (const Piece& page : pages_of(*piece.step, random_())) pieces.push_back(page);
      }
      states_.back().pieces = std::move(pieces);
    }
  }

  const Storage& storage_;
  const std::vector<const Step*>& pending_;
  Persistence persistence_;
  std::mt19937_64 random_;
  std::vector<std::size_t> names_;  // Which of the pending changes are of names.
  std::optional<std::size_t> last_write_;
  std::vector<CrashState> states_;
};

}  // namespace

std::string CrashState::name() const { return fmt::format("{}-{}-{}", what, number, variant); }

Disk CrashState::disk_from(const Disk& durable) const {
  Disk disk = durable;
  for (const Piece& piece : pieces) {
    if (piece.step->kind == Step::Kind::write) {
      disk.apply(*piece.step, piece.from, piece.to, piece.fill);
    } else {
      disk.apply(*piece.step);
    }
  }
  return disk;
}

std::vector<CrashState> crash_states_of(const Storage& storage, Persistence persistence,
                                        Coverage coverage, std::uint64_t seed) {
  return StateMaker(storage, persistence, seed).make(coverage);
}

std::vector<std::uint64_t> cuts_of_write(const Step& write, Cut cut) {
  const std::uint64_t size = write.bytes.size();
  std::set<std::uint64_t> cuts;
  // In and after the header, too.
  if (cut == Cut::anywhere) cuts = {1, 20, 60, 61, 62, size / 2, size - 1};
  const std::uint64_t end = write.position + size;
  for (std::uint64_t page = write.position / page_bytes + 1; page * page_bytes < end; page++) {
    cuts.insert(page * page_bytes - write.position);
  }
  std::erase_if(cuts, [&](std::uint64_t length) { return length == 0 || length >= size; });
  return {cuts.begin(), cuts.end()};
}

}  // namespace estream::prove::crash
