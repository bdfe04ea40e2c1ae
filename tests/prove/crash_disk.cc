#include "prove/crash_disk.h"

#include <algorithm>
#include <cstring>

namespace estream::prove::crash {

namespace {

constexpr std::uint64_t top = 1;
constexpr std::uint64_t multiplier = 0x9e3779b97f4a7c15;

std::uint64_t mix(std::uint64_t hash, std::uint64_t word) {
  hash = (hash ^ word) * multiplier;
  return hash ^ (hash >> 29);
}

std::uint64_t hash_of(std::string_view bytes) {
  std::uint64_t hash = bytes.size();
  while (bytes.size() >= 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data(), 8);
    hash = mix(hash, word);
    bytes.remove_prefix(8);
  }
  for (const char c : bytes) hash = mix(hash, static_cast<unsigned char>(c));
  return hash;
}

char garbage_at(std::uint64_t position) { return static_cast<char>(mix(position, position) >> 56); }

}  // namespace

Disk::Disk() { node(top).is_directory = true; }

Disk::Node& Disk::node(std::uint64_t number) {
  if (nodes_.size() <= number) nodes_.resize(number + 1);
  return nodes_[number];
}

std::string& Disk::own_content(std::uint64_t file) {
  std::shared_ptr<Content>& content = node(file).content;
  if (!content) content = std::make_shared<Content>();
  if (content.use_count() > 1) content = std::make_shared<Content>(*content);
  content->hash.reset();
  return content->bytes;
}

Disk::Names& Disk::own_names(std::uint64_t directory) {
  std::shared_ptr<Names>& names = node(directory).names;
  if (!names) names = std::make_shared<Names>();
  if (names.use_count() > 1) names = std::make_shared<Names>(*names);
  return *names;
}

void Disk::apply(const Step& step) {
  switch (step.kind) {
    case Step::Kind::write:
      return apply(step, 0, whole, Fill::data);
    case Step::Kind::truncate:
      return own_content(step.node).resize(step.position);
    case Step::Kind::name:
    case Step::Kind::rename:
      break;
    case Step::Kind::sync:
      return;
  }
  Names& names = own_names(step.node);
  if (step.kind == Step::Kind::rename) names.erase(step.renamed_from);
  if (step.target == 0) {
    names.erase(step.name);
  } else {
    names[step.name] = step.target;
    node(step.target).is_directory = step.is_directory;
  }
}

void Disk::apply(const Step& write, std::uint64_t from, std::uint64_t to, Fill fill) {
  to = std::min<std::uint64_t>(to, write.bytes.size());
  if (from >= to) return;
  std::string& content = own_content(write.node);
  const std::uint64_t end = write.position + to;
  const std::uint64_t old_size = content.size();
  if (old_size < end) content.resize(end);
  if (fill == Fill::data) {
    content.replace(write.position + from, to - from, write.bytes, from, to - from);
    return;
  }
  const std::uint64_t begin = write.position + from;
  for (std::uint64_t at = fill == Fill::torn ? begin : std::max(old_size, begin); at < end; at++) {
    if (fill == Fill::garbage || fill == Fill::torn) content[at] = garbage_at(at);
    if (fill == Fill::stale && old_size > 0) content[at] = content[(at - old_size) % old_size];
  }
}

std::uint64_t Disk::size_bytes(std::uint64_t file) const {
  const bool is_known = file < nodes_.size() && nodes_[file].content;
  return is_known ? nodes_[file].content->bytes.size() : 0;
}

const std::string* Disk::find(std::string_view path) const {
  static const std::string empty;
  std::uint64_t number = top;
  while (!path.empty()) {
    const std::size_t slash = std::min(path.find('/'), path.size());
    if (!nodes_[number].names) return nullptr;
    const auto found = nodes_[number].names->find(path.substr(0, slash));
    if (found == nodes_[number].names->end()) return nullptr;
    number = found->second;
    path.remove_prefix(std::min(slash + 1, path.size()));
  }
  if (number >= nodes_.size() || !nodes_[number].content) return &empty;
  return &nodes_[number].content->bytes;
}

std::string Disk::name_of(std::uint64_t file) const {
  for (const Node& node : nodes_) {
    if (!node.names) continue;
    for (const auto& [name, number] : *node.names) {
      if (number == file) return name;
    }
  }
  return "";
}

std::uint64_t Disk::hash_below(const Node& node) const {
  if (!node.is_directory) {
    if (!node.content) return 0;
    if (!node.content->hash) node.content->hash = hash_of(node.content->bytes);
    return *node.content->hash;
  }
  std::uint64_t hash = 1;
  if (!node.names) return hash;
  for (const auto& [name, number] : *node.names) {
    hash = mix(mix(hash, hash_of(name)), hash_below(nodes_[number]));
  }
  return hash;
}

std::uint64_t Disk::hash() const { return hash_below(nodes_[top]); }

void Disk::install_on(io::MemorySystem& system, std::uint64_t number_max) const {
  std::vector<io::MemorySystem::Part> parts;
  parts.reserve(nodes_.size());
  for (std::uint64_t number = top; number < nodes_.size(); number++) {
    const Node& node = nodes_[number];
    if (node.content || node.names || node.is_directory) {
      parts.push_back({number, node.is_directory,
                       node.content ? std::string_view(node.content->bytes) : std::string_view(),
                       node.names.get()});
      continue;
    }
    parts.push_back({.number = number});  // A file that nothing was written to.
  }
  system.install(parts, std::max<std::uint64_t>(number_max, nodes_.size()));
}

// The changes that stay pending keep their order.
void Storage::add(const Step& step, Persistence persistence) {
  if (step.kind != Step::Kind::sync) {
    pending.push_back(&step);
    return;
  }
  std::erase_if(pending, [&](const Step* change) {
    const bool is_covered =
        change->node == step.node || (persistence == Persistence::ordered && is_of_names(*change));
    if (is_covered) durable.apply(*change);
    return is_covered;
  });
}

Disk Storage::all() const {
  Disk disk = durable;
  for (const Step* step : pending) disk.apply(*step);
  return disk;
}

}  // namespace estream::prove::crash
