#include "read/new_topics.h"

#include <iterator>

#include "io/deadline.h"
#include "text/say.h"

namespace estream::read {

NewTopics::NewTopics(io::System& system, const SourceRequest& request,
                     const std::vector<PartitionSource>& sources)
    : system_(&system), request_(&request) {
  if (!is_looking()) return;
  for (const PartitionSource& source : sources) {
    known_.insert(source.topic->root().path_of(source.topic->name()));
  }
  next_look_ns_ = io::deadline_after(system, interval_ns);
}

Result<std::vector<PartitionSource>> NewTopics::find() {
  std::vector<PartitionSource> found;
  if (!is_looking() || system_->monotonic_ns() < next_look_ns_) return found;
  next_look_ns_ = io::deadline_after(*system_, interval_ns);
  for (const std::string& pattern : request_->topics) {
    for (const std::string& topic : TRY(topics_of_regex(*system_, pattern, *request_))) {
      const bool has_path = topic.find('/') != std::string::npos;
      const std::string path = has_path ? topic : request_->data_root + "/" + topic;
      if (!known_.insert(path).second) continue;
      SourceRequest one = *request_;
      one.topics = {topic};
      one.names = TopicNames::literal;
      auto sources = open_sources(*system_, one);
      if (!sources) {
        text::say(text::Level::warning, sources.error().message + "; the new topic is left out");
        continue;
      }
      text::say(text::Level::note, topic + ": is new; its events follow");
      for (PartitionSource& source : *sources) source.latest = Offset{0};
      std::move(sources->begin(), sources->end(), std::back_inserter(found));
    }
  }
  return found;
}

}  // namespace estream::read
