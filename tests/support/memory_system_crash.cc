#include <algorithm>
#include <stdexcept>

#include "support/memory_system.h"

namespace estream::io {

namespace {

constexpr std::uint64_t sector_bytes = 512;

}  // namespace

void MemorySystem::fail(Call call, std::int64_t nth, int error, std::int64_t times,
                        std::string_view name) {
  faults_.push_back({call, nth - 1, error, times, std::string(name)});
}

void MemorySystem::cut_short(Call call, std::int64_t nth, Share share, std::int64_t times,
                             std::string_view name) {
  faults_.push_back({call, nth - 1, 0, times, std::string(name), share});
}

void MemorySystem::clear_faults() {
  faults_.clear();
  transfer_bytes_max_ = SIZE_MAX;
}

void MemorySystem::die_at(std::int64_t nth, Death death) {
  changes_until_death_ = nth - 1;
  death_ = death;
}

void MemorySystem::close_all() {
  for (auto& [fd, file] : open_) file.node->locks.clear();
  open_.clear();
  faults_.clear();
  is_dead_ = false;
  changes_until_death_ = forever;
}

void MemorySystem::kill() {
  const std::scoped_lock guard(mutex_);
  close_all();
}

void MemorySystem::crash(Loss loss, std::uint64_t seed) {
  const std::scoped_lock guard(mutex_);
  close_all();
  std::mt19937_64 random(seed);
  lose(*root_, loss, random);
  boot_id_ = BootId{};
  for (std::byte& part : *boot_id_) part = static_cast<std::byte>(random_());
}

// Goes down only into what the names that were kept still reach.
void MemorySystem::lose(Node& node, Loss loss, std::mt19937_64& random) {
  std::size_t kept = loss == Loss::all_unsynced ? 0 : node.unsynced.size();
  if (loss == Loss::random) kept = random() % (node.unsynced.size() + 1);
  for (std::size_t i = 0; i < kept; i++) {
    Change& change = node.unsynced[i];
    const bool is_last = loss == Loss::random && i + 1 == kept;
    if (is_last && random() % 2 == 0 && change.bytes.size() > sector_bytes) {
      const std::uint64_t end = change.position + change.bytes.size();
      const std::uint64_t first_edge = change.position / sector_bytes + 1;
      const std::uint64_t edge = first_edge + random() % (end / sector_bytes - first_edge + 1);
      change.bytes.resize(std::min(end, edge * sector_bytes) - change.position);
    }
    if (node.is_directory) {
      apply(change, node.durable_names);
    } else {
      apply(change, node.durable_content);
    }
  }
  node.content = node.durable_content;
  node.names = node.durable_names;
  node.unsynced.clear();
  node.has_failed_sync = false;
  node.late_error = 0;
  for (auto& [name, child] : node.names) lose(*child, loss, random);
}

void MemorySystem::make_all_durable(Node& node) {
  node.durable_content = node.content;
  node.durable_names = node.names;
  node.unsynced.clear();
}

void MemorySystem::install(std::span<const Part> parts, std::uint64_t number_max) {
  const std::scoped_lock guard(mutex_);
  close_all();
  std::map<std::uint64_t, NodePointer> nodes;
  for (const Part& part : parts) {
    const NodePointer node = std::make_shared<Node>();
    node->is_directory = part.is_directory;
    node->number = part.number;
    node->content = node->durable_content = part.content;
    nodes[part.number] = node;
  }
  for (const Part& part : parts) {
    if (part.names == nullptr) continue;
    Node& node = *nodes.at(part.number);
    for (const auto& [name, number] : *part.names) node.names[name] = nodes.at(number);
    node.durable_names = node.names;
  }
  root_ = nodes.at(1);
  node_count_ = number_max;
}

std::string MemorySystem::content(std::string_view path) {
  const NodePointer node = find(current_directory(), path);
  if (!node) throw std::invalid_argument(std::string(path));
  return node->content;
}

void MemorySystem::set_content(std::string_view path, std::string_view content) {
  std::string last;
  const NodePointer parent = parent_of(current_directory(), path, last);
  if (!parent) throw std::invalid_argument(std::string(path));
  NodePointer& node = parent->names[last];
  if (!node) node = make_node(false);
  node->content = content;
  make_all_durable(*node);
  make_all_durable(*parent);
}

void MemorySystem::remove(std::string_view path) {
  std::string last;
  const NodePointer parent = parent_of(current_directory(), path, last);
  if (!parent || parent->names.erase(last) == 0) throw std::invalid_argument(std::string(path));
  make_all_durable(*parent);
}

bool MemorySystem::exists(std::string_view path) {
  return find(current_directory(), path) != nullptr;
}

void MemorySystem::walk(const Node& node, const std::string& path,
                        std::map<std::string, std::string>& out) {
  for (const auto& [name, child] : node.names) {
    const std::string below = path.empty() ? name : path + "/" + name;
    out[below] = child->is_directory ? "" : child->content;
    walk(*child, below, out);
  }
}

std::map<std::string, std::string> MemorySystem::tree() {
  std::map<std::string, std::string> out;
  walk(*root_, "", out);
  return out;
}

}  // namespace estream::io
