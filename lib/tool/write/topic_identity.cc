#include "tool/write/topic_identity.h"

#include "cli/say.h"

namespace estream::tool {

Result<void> give_topic_id(const topic::Topic& topic) {
  const bool is_given = TRY(topic.give_id());
  if (is_given) cli::say(cli::Level::note, topic.name() + ": got an id");
  return {};
}

}  // namespace estream::tool
