#include "write/topic_identity.h"

#include "text/say.h"

namespace estream::write {

Result<void> give_topic_id(const topic::Topic& topic) {
  const bool is_given = TRY(topic.give_id());
  if (is_given) text::say(text::Level::note, topic.name() + ": got an id");
  return {};
}

}  // namespace estream::write
