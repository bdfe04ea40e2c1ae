#include "tool/read/partition_source.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <string_view>
#include <tuple>

#include "cli/position.h"
#include "json/regex.h"
#include "topic/topic_name.h"

namespace estream::tool {

namespace {

// A broker's own topics, such as __consumer_offsets, have to be asked for by name, as in Kafka.
bool is_internal(const std::string& name) { return name.starts_with("__"); }

Result<std::vector<topic::TopicRef>> refs_of_regex(io::System& system, const std::string& text,
                                                   const std::string& data_root) {
  const std::size_t slash = text.rfind('/');
  const bool has_path = slash != std::string::npos;
  const std::string root = has_path ? text.substr(0, std::max<std::size_t>(slash, 1)) : data_root;
  const std::string pattern = has_path ? text.substr(slash + 1) : text;
  auto regex = json::Regex::parse("\\A(?:" + pattern + ")\\z");
  if (!regex) return Error{Error::Code::usage, "-r '" + text + "': " + regex.error().message};
  std::vector<topic::TopicRef> refs;
  for (const std::string& name : TRY(topic::list_topics(system, root))) {
    if (is_internal(name) && !pattern.starts_with("__")) continue;
    if (regex->matches(name)) refs.push_back({root, name, ""});
  }
  if (refs.empty()) {
    return Error{Error::Code::not_found, "-r '" + text + "': no topic in " + root + " matches"};
  }
  return refs;
}

Result<std::vector<topic::TopicRef>> refs_of(io::System& system, const std::string& text,
                                             const SourceRequest& request) {
  if (request.names == TopicNames::regex) return refs_of_regex(system, text, request.data_root);
  return std::vector<topic::TopicRef>{TRY(topic::parse_topic_argument(text, request.data_root))};
}

// The numbers wanted, all of which the topic has.
Result<std::vector<std::int32_t>> choose_partitions(const topic::Topic& topic,
                                                    const topic::TopicRef& ref,
                                                    const SourceRequest& request) {
  std::vector<std::int32_t> wanted = request.partitions;
  if (!ref.partitions.empty()) wanted = TRY(cli::parse_partitions(ref.partitions));
  if (wanted.empty()) return topic.partitions();
  for (const std::int32_t partition : wanted) {
    if (std::ranges::binary_search(topic.partitions(), partition)) continue;
    return Error{Error::Code::not_found, topic.name() + ": has no partition " +
                                             std::to_string(partition) + "; it has " +
                                             std::to_string(topic.partitions().size())};
  }
  return wanted;
}

}  // namespace

std::vector<std::string> each_once(const std::vector<std::string>& topics) {
  std::vector<std::string> once;
  std::set<std::string_view> seen;
  std::ranges::copy_if(topics, std::back_inserter(once),
                       [&](const std::string& topic) { return seen.insert(topic).second; });
  return once;
}

Result<std::vector<PartitionPlace>> find_partitions(io::System& system,
                                                    const SourceRequest& request) {
  std::vector<PartitionPlace> places;
  std::set<std::tuple<std::string, std::string, std::int32_t>> seen;
  for (const std::string& text : request.topics) {
    for (const topic::TopicRef& ref : TRY(refs_of(system, text, request))) {
      const auto topic =
          std::make_shared<const topic::Topic>(TRY(topic::Topic::open(system, ref.root, ref.name)));
      for (const std::int32_t partition : TRY(choose_partitions(*topic, ref, request))) {
        if (!seen.emplace(ref.root, ref.name, partition).second) continue;
        places.push_back({topic, partition, ref.name + "/" + std::to_string(partition)});
      }
    }
  }
  return places;
}

Result<PartitionSource> open_source(const PartitionPlace& place) {
  return PartitionSource{place, TRY(place.topic->open_reader(place.partition))};
}

Result<std::vector<PartitionSource>> open_sources(io::System& system,
                                                  const SourceRequest& request) {
  std::vector<PartitionSource> sources;
  for (const PartitionPlace& place : TRY(find_partitions(system, request))) {
    sources.push_back(TRY(open_source(place)));
  }
  return sources;
}

}  // namespace estream::tool
