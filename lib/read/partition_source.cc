#include "read/partition_source.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <tuple>
#include <utility>

#include "io/user_file.h"
#include "query/regex.h"
#include "text/position.h"

namespace estream::read {

namespace {

// A broker's own topics, such as __consumer_offsets, have to be asked for by name, as in Kafka.
bool is_internal(const std::string& name) { return name.starts_with("__"); }

Result<std::vector<topic::TopicRef>> refs_of_regex(io::System& system, const std::string& text,
                                                   const SourceRequest& request) {
  const std::size_t slash = text.rfind('/');
  const bool has_path = slash != std::string::npos;
  const std::string root =
      has_path ? text.substr(0, std::max<std::size_t>(slash, 1)) : request.data_root;
  const std::string pattern = has_path ? text.substr(slash + 1) : text;
  auto regex = query::Regex::parse(pattern);
  if (!regex) return Error{Error::Code::usage, "-r '" + text + "': " + regex.error().message};
  if (!has_path) TRY(check_data_root(system, request));
  std::vector<topic::TopicRef> refs;
  for (const std::string& name : TRY(topic::list_topics(system, root))) {
    if (is_internal(name) && !pattern.starts_with("__")) continue;
    if (regex->matches_whole(name)) refs.push_back({root, name, ""});
  }
  if (refs.empty()) {
    return Error{Error::Code::not_found, "-r '" + text + "': no topic in " + root + " matches"};
  }
  return refs;
}

// "orders/2" is how partitions are printed. As a path it would be the topic 2 in the directory
// orders, and it is, if that exists.
std::optional<topic::TopicRef> printed_partition(io::System& system, const std::string& text,
                                                 const SourceRequest& request) {
  const std::size_t slash = text.find('/');
  if (slash == text.npos || slash == 0 || slash + 1 == text.size()) return {};
  const bool has_number = text.find_first_not_of("0123456789", slash + 1) == text.npos;
  const std::string name = text.substr(0, slash);
  if (!has_number || !topic::is_spelled_as_topic(name)) return {};
  const auto there = io::path_status(system, text);
  if (!there || *there) return {};
  return topic::TopicRef{request.data_root, name, text.substr(slash + 1)};
}

Result<std::vector<topic::TopicRef>> refs_of(io::System& system, const std::string& text,
                                             const SourceRequest& request) {
  if (request.names == TopicNames::regex) return refs_of_regex(system, text, request);
  topic::TopicRef ref = TRY(topic_ref_of(system, text, request));
  if (ref.root == request.data_root) TRY(check_data_root(system, request));
  return std::vector<topic::TopicRef>{std::move(ref)};
}

// For a user who names a file, or as with kcat's -c a number of events, in a topic's place.
Error hinting_at_others(io::System& system, Error error, const std::string& text) {
  if (error.code != Error::Code::not_found) return error;
  const auto status = io::path_status(system, text);
  if (status && *status && (*status)->kind == io::FileStatus::Kind::regular) {
    error.message +=
        "; it is a file here, and 'estream-produce -i " + text + " TOPIC' stores its events";
  } else if (text.find_first_not_of("0123456789") == text.npos) {
    error.message += "; a number of events is given with -n " + text;
  }
  return error;
}

// Nothing when there is no such directory.
std::optional<io::FileStatus> root_status(io::System& system, const std::string& path) {
  const auto root = io::Directory::open(system, path);
  const auto status = root ? root->status() : Result<io::FileStatus>(root.error());
  return status ? std::optional(*status) : std::nullopt;
}

// The wanted partition numbers. An error if the topic does not have one of them.
Result<std::vector<std::int32_t>> choose_partitions(const topic::Topic& topic,
                                                    const topic::TopicRef& ref,
                                                    const SourceRequest& request) {
  std::vector<std::int32_t> wanted = request.partitions;
  if (!ref.partitions.empty()) wanted = TRY(text::parse_partitions(ref.partitions));
  if (wanted.empty()) return topic.partitions();
  for (const std::int32_t partition : wanted) {
    if (std::ranges::binary_search(topic.partitions(), partition)) continue;
    return no_such_partition(topic.name(), partition, topic.partitions().size());
  }
  return wanted;
}

}  // namespace

Result<topic::TopicRef> topic_ref_of(io::System& system, const std::string& text,
                                     const SourceRequest& request) {
  if (auto printed = printed_partition(system, text, request)) return *std::move(printed);
  return topic::parse_topic_argument(text, request.data_root);
}

Result<std::pair<std::uint64_t, std::uint64_t>> place_of(const log::PartitionReader& reader) {
  const io::FileStatus status = TRY(reader.directory().status());
  return std::pair(status.device, status.inode);
}

std::shared_ptr<StableEnd> stable_end_of(PartitionSource& source) {
  if (!source.stable_end) {
    source.stable_end =
        std::make_shared<StableEnd>(source.topic, source.partition, source.on_corrupt,
                                    source.reader.ours_below() >= source.reader.end_offset());
  }
  return source.stable_end;
}

Result<Offset> visible_end(PartitionSource& source) {
  const auto known = source.reader.known_end();
  if (!known) {
    return Error{known.error().code,
                 source.name + ": the end of the log is not known: " + known.error().message};
  }
  const Offset end = *known;
  if (source.isolation == Isolation::uncommitted) return end;
  const std::shared_ptr<StableEnd> stable_end = stable_end_of(source);
  const bool may_differ = TRY(stable_end->may_differ(source.reader.directory()));
  return may_differ ? std::min(end, TRY(stable_end->find())) : end;
}

Result<std::vector<std::string>> topics_of_regex(io::System& system, const std::string& text,
                                                 const SourceRequest& request) {
  std::vector<std::string> topics;
  const bool has_path = text.find('/') != std::string::npos;
  for (const topic::TopicRef& ref : TRY(refs_of_regex(system, text, request))) {
    topics.push_back(has_path ? ref.root + "/" + ref.name : ref.name);
  }
  return topics;
}

std::vector<std::string> each_once(io::System& system, const SourceRequest& request) {
  std::vector<std::string> once;
  std::map<std::string, std::optional<io::FileStatus>> roots;
  std::set<std::tuple<std::uint64_t, std::uint64_t, std::string, std::string>> seen;
  std::set<std::string> texts;
  for (const std::string& text : request.topics) {
    if (!texts.insert(text).second) continue;
    const auto ref = topic::parse_topic_argument(text, request.data_root);
    if (ref) {
      const auto [known, is_new] = roots.try_emplace(ref->root);
      if (is_new) known->second = root_status(system, ref->root);
      const std::optional<io::FileStatus>& root = known->second;
      if (root && !seen.emplace(root->device, root->inode, ref->name, ref->partitions).second) {
        continue;
      }
    }
    once.push_back(text);
  }
  return once;
}

Result<void> check_data_root(io::System& system, const SourceRequest& request) {
  const auto root = io::Directory::open(system, request.data_root);
  if (root || root.error().code != Error::Code::not_found) {
    return root ? Result<void>() : root.error();
  }
  io::FileStatus status;
  const bool is_file =
      system.status_at(system.current_directory(), request.data_root.c_str(), status) >= 0;
  return Error{Error::Code::not_found,
               "data root " + request.data_root + " (" + request.data_root_origin + ") " +
                   (is_file ? "is not a directory" : "does not exist") +
                   "; name the directory that holds the topics with --dir or ESTREAM_DIR"};
}

Result<std::vector<std::string>> all_topics(io::System& system, const SourceRequest& request) {
  TRY(check_data_root(system, request));
  return topic::list_topics(system, request.data_root);
}

Result<std::vector<PartitionPlace>> find_partitions(io::System& system,
                                                    const SourceRequest& request) {
  std::vector<PartitionPlace> places;
  std::set<PartitionIdentity> seen;  // A partition with two paths counts once.
  for (const std::string& text : request.topics) {
    for (const topic::TopicRef& ref : TRY(refs_of(system, text, request))) {
      auto opened = topic::Topic::open(system, ref.root, ref.name);
      if (!opened) return hinting_at_others(system, std::move(opened).error(), text);
      const auto topic = std::make_shared<const topic::Topic>(*std::move(opened));
      for (const std::int32_t partition : TRY(choose_partitions(*topic, ref, request))) {
        PartitionPlace place = {topic, partition, ref.name + "/" + std::to_string(partition)};
        const bool is_new = seen.insert(TRY(identity_of(place))).second;
        if (is_new) places.push_back(std::move(place));
      }
    }
  }
  return places;
}

Error no_such_partition(const std::string& topic, std::int32_t partition, std::size_t count) {
  return {Error::Code::not_found, topic + ": has no partition " + std::to_string(partition) +
                                      "; it has " + std::to_string(count)};
}

Result<PartitionIdentity> identity_of(const PartitionPlace& place) {
  const io::FileStatus root = TRY(place.topic->root().status());
  return PartitionIdentity(root.device, root.inode, place.topic->name(), place.partition);
}

Result<PartitionSource> open_source(const PartitionPlace& place, const SourceRequest& request) {
  log::PartitionReader reader = TRY(place.topic->open_reader(place.partition));
  PartitionSource source = {place, std::move(reader)};
  source.isolation = request.isolation;
  source.on_corrupt = request.on_corrupt;
  return source;
}

Result<std::vector<PartitionSource>> open_sources(io::System& system,
                                                  const SourceRequest& request) {
  std::vector<PartitionSource> sources;
  for (const PartitionPlace& place : TRY(find_partitions(system, request))) {
    sources.push_back(TRY(open_source(place, request)));
  }
  return sources;
}

std::optional<std::int32_t> epoch_before(const log::PartitionReader& reader, Offset offset) {
  return reader.epochs().at({std::max<std::int64_t>(offset.value - 1, 0)});
}

}  // namespace estream::read
