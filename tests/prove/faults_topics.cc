// Topics: making, listing and branching them, their settings; and the file of a cursor.
#include <algorithm>

#include "prove/faults_partition.h"
#include "read/cursor_file.h"
#include "tool/arguments/setting_values.h"
#include "topic/topic.h"
#include "topic/topic_branch.h"
#include "topic/topic_json.h"

namespace estream::prove::faults {

namespace {

constexpr const char* root = "data/root";

topic::TopicConfig settings(std::int32_t partitions) {
  topic::TopicConfig config;
  config.partition_count = partitions;
  config.segment_bytes = 1024;
  return config;
}

// Each event with its receipt, into a topic that is made if need be.
Result<Offset> produce(MemorySystem& system, const std::string& name, const std::string& value) {
  auto topic = topic::Topic::open(system, root, name);
  if (!topic && topic.error().code == Error::Code::not_found) {
    topic = topic::Topic::create(system, root, name, settings(2));
  }
  if (!topic) return std::move(topic).error();
  const auto writer = TRY(topic->open_writer(0, {.sync_level = log::SyncLevel::batch}));
  return append(*writer, {{"", value}});
}

Result<Records> records_of(MemorySystem& system, const std::string& name) {
  const auto topic = TRY(topic::Topic::open(system, root, name));
  const io::Directory directory = TRY(topic.open_partition(0));
  return read_all(directory);
}

// Nothing hidden is left in the root once a further topic is made.
void judge_root(MemorySystem& system, std::vector<std::string> topics, Complaints& complaints) {
  const auto look = [&]() -> Result<void> {
    TRY(produce(system, "further", "x"));
    const io::Directory directory = TRY(io::Directory::open(system, root));
    topics.push_back("further");
    std::ranges::sort(topics);
    const std::vector<std::string> names = TRY(directory.list());
    if (names != topics) {
      complaints.push_back({Harm::service, "there is something left in the root"});
    }
    return {};
  };
  if (const auto looked = look(); !looked) complain(complaints, "a further topic", looked.error());
}

class MakeTopic final : public Trial {
 public:
  Result<void> work() override {
    const Offset offset = TRY(produce(system, "orders", "first"));
    acknowledged_ = offset;
    return {};
  }

  void judge(const Situation& situation, Complaints& complaints) override {
    const auto served = serve(situation, complaints);
    if (!served) return complain(complaints, "afterwards", served.error());
    judge_files(system, std::string(root) + "/orders/0", situation, complaints);
    judge_root(system, {"orders"}, complaints);
  }

 private:
  Result<void> serve(const Situation& situation, Complaints& complaints) {
    if (acknowledged_) {
      const Records found = TRY(records_of(system, "orders"));
      if (found.empty() || found[0].value != "first") {
        complaints.push_back({Harm::lost, "the event in the new topic is not there"});
      }
    }
    const auto produce_second = [&]() -> Result<void> {
      TRY(produce(system, "orders", "second"));
      return {};
    };
    TRY(in_service(situation, produce_second));
    lose_power(system, situation);
    const Records found = TRY(records_of(system, "orders"));
    const bool is_there =
        !found.empty() && found.back().value == "second" && (!acknowledged_ || found.size() >= 2);
    if (!is_there) complaints.push_back({Harm::lost, "the next event did not survive"});
    return {};
  }

  std::optional<Offset> acknowledged_;
};

class WithOrders : public Trial {
 public:
  WithOrders() {
    for (int i = 0; i < 5; i++) {
      const std::string value = std::to_string(i) + std::string(300, '.');
      ASSERT(produce(system, "orders", value).has_value());
    }
    before_ = *records_of(system, "orders");
    system.crash(MemorySystem::Loss::nothing);
    ASSERT(produce(system, "other", "x").has_value());
  }

 protected:
  const Records& before() const { return before_; }

 private:
  Records before_;
};

class Branch final : public WithOrders {
 public:
  explicit Branch(std::uint64_t copied_max) : copied_max_(copied_max) {}

  Result<void> work() override {
    const auto source = TRY(topic::Topic::open(system, root, "orders"));
    TRY(topic::branch_topic(source, root, "copy", {.copied_active_bytes_max = copied_max_}));
    return {};
  }

  void judge(const Situation& situation, Complaints& complaints) override {
    const auto served = serve(situation, complaints);
    if (!served) return complain(complaints, "afterwards", served.error());
    for (const std::string name : {"orders", "copy"}) {
      judge_files(system, std::string(root) + "/" + name + "/0", situation, complaints);
    }
    judge_root(system, {"orders", "copy", "other"}, complaints);
  }

 private:
  Result<void> serve(const Situation& situation, Complaints& complaints) {
    const Records source = TRY(records_of(system, "orders"));
    if (source != before()) complaints.push_back({Harm::lost, "the source has other events"});
    const auto topics = TRY(topic::list_topics(system, root));
    const bool is_there = std::ranges::find(topics, "copy") != topics.end();
    if (situation.is_done && !is_there) complaints.push_back({Harm::silent, "done, and no branch"});
    if (!is_there) TRY(in_service(situation, [&] { return work(); }));
    const Records copied = TRY(records_of(system, "copy"));
    if (copied != before()) complaints.push_back({Harm::lost, "the branch has other events"});
    for (const std::string name : {"orders", "copy"}) {
      const auto produce_into = [&]() -> Result<void> {
        TRY(produce(system, name, "into " + name));
        return {};
      };
      TRY(in_service(situation, produce_into));
    }
    lose_power(system, situation);
    for (const std::string name : {"orders", "copy"}) {
      const Records found = TRY(records_of(system, name));
      if (found.empty() || found.back().value != "into " + name) {
        complaints.push_back({Harm::lost, "the next event in " + name + " did not survive"});
      }
    }
    return {};
  }

  std::uint64_t copied_max_;
};

class ListTopics final : public WithOrders {
 public:
  Result<void> work() override {
    found_ = TRY(topic::list_topics(system, root));
    return {};
  }

  void judge(const Situation& situation, Complaints& complaints) override {
    if (situation.is_done && found_ != std::vector<std::string>{"orders", "other"}) {
      complaints.push_back({Harm::silent, "done, and not all topics were listed"});
    }
    const auto again = work();
    if (!again || found_.size() != 2) complaints.push_back({Harm::service, "no list afterwards"});
  }

 private:
  std::vector<std::string> found_;
};

// A small file that is replaced: it has the old content or the new.
class Replacement : public WithOrders {
 public:
  Result<void> work() override { return replace(); }

  void judge(const Situation& situation, Complaints& complaints) override {
    const std::string now = system.content(path());
    if (now != old_content() && now != new_content()) {
      complaints.push_back({Harm::lost, "neither the old content nor the new"});
    }
    if (situation.is_done && now != new_content()) {
      complaints.push_back({Harm::silent, "done, and there is the old content"});
    }
    const auto again = in_service(situation, [&] { return replace(); });
    if (!again) return complain(complaints, "the same again", again.error());
    if (system.content(path()) != new_content()) {
      complaints.push_back({Harm::service, "it cannot be replaced any more"});
    }
    for (const auto& [name, content] : system.tree()) {
      if (name.find(".tmp.") == name.npos) continue;
      complaints.push_back({Harm::service, name + " is left"});
    }
  }

 protected:
  virtual Result<void> replace() = 0;
  virtual std::string path() const = 0;
  virtual std::string old_content() const = 0;
  virtual std::string new_content() const = 0;
};

class Settings final : public Replacement {
 public:
  Settings() : old_(system.content(path())) {
    const auto setting = tool::parse_topic_setting("retention=3d");
    setting_ = *setting;
    auto config = *topic::parse_topic_config(old_);
    ASSERT(topic::change_settings(config, {&setting_, 1}).has_value());
    new_ = topic::to_json(config);
  }

 private:
  Result<void> replace() override {
    const topic::Topic topic = TRY(topic::Topic::open(system, root, "orders"));
    TRY(topic.change_settings({&setting_, 1}));
    return {};
  }
  std::string path() const override { return std::string(root) + "/orders/topic.json"; }
  std::string old_content() const override { return old_; }
  std::string new_content() const override { return new_; }

  topic::TopicSetting setting_;
  std::string old_;
  std::string new_;
};

class CursorReplacement final : public Replacement {
 public:
  CursorReplacement() {
    ASSERT(read::CursorFile(system, path()).write(cursor_at(1)).has_value());
    system.crash(MemorySystem::Loss::nothing);
  }

 private:
  static read::Cursor cursor_at(std::int64_t offset) {
    read::Cursor cursor;
    cursor.set("orders", 0, {.offset = {offset}, .epoch = 0});
    return cursor;
  }

  Result<void> replace() override {
    const read::CursorFile file(system, path());
    TRY(file.read());
    return file.write(cursor_at(2));
  }
  std::string path() const override { return "data/cursor"; }
  std::string old_content() const override { return cursor_at(1).to_text(); }
  std::string new_content() const override { return cursor_at(2).to_text(); }
};

template <class Kind>
std::unique_ptr<Trial> make() {
  return std::make_unique<Kind>();
}

template <std::uint64_t copied_max>
std::unique_ptr<Trial> branch() {
  return std::make_unique<Branch>(copied_max);
}

}  // namespace

std::vector<Operation> topic_operations() {
  return {{"make-topic", make<MakeTopic>}, {"list-topics", make<ListTopics>},
          {"branch", branch<1 << 20>},     {"branch-sealing", branch<200>},
          {"settings", make<Settings>},    {"cursor", make<CursorReplacement>}};
}

}  // namespace estream::prove::faults
