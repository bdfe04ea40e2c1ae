#include "tool/window/window_memory.h"

#include <doctest/doctest.h>

#include "support/fake_window_task.h"
#include "support/memory_system.h"

namespace estream::tool {

namespace {

using window::FakeTask;

// A file with two sources at 100 and 200.
struct File {
  io::MemorySystem system;
  io::Directory directory;
  group::PositionState state;
  std::vector<Offset> next = {{100}, {200}};

  File() {
    system.make_directory_at(system.current_directory(), "g", 0777);
    directory = *io::Directory::open(system, "g");
    state.group = "g";
    for (std::int32_t i = 0; i < 2; i++) {
      const Offset position = next[static_cast<std::size_t>(i)];
      state.sources.push_back({"in", {}, i, position, position, position, -1});
    }
  }

  WindowMemory memory(std::string_view fingerprint = "f") const {
    return {directory, "all", fingerprint, 2};
  }
  // As the next owner reads it.
  WindowMemory reread() const {
    WindowMemory memory = this->memory();
    const auto read = memory.read(state);
    if (!read) FAIL(read.error().message);
    return memory;
  }
};

WindowMemory::MakeTask maker(bool is_needing) {
  return [is_needing] {
    auto task = std::make_unique<FakeTask>(2);
    task->is_needing = is_needing;
    return task;
  };
}

const FakeTask& fake(const std::unique_ptr<window::Task>& task) {
  return static_cast<const FakeTask&>(*task);
}

FakeTask task_with_open_windows() {
  FakeTask task(2);
  task.clocks = {{5000}, {6000}};
  task.points = {{{70}, {4000}}, {{200}, {6000}}};
  return task;
}

}  // namespace

TEST_CASE("a restart begins with the oldest open window, and with the clock before it") {
  File file;
  WindowMemory memory = file.memory();
  memory.note(task_with_open_windows(), file.next, false, file.state);
  CHECK(file.state.sources[0].needed == Offset{70});
  CHECK(file.state.sources[1].needed == Offset{200});
  WindowMemory next = file.reread();
  const auto task = next.restart(file.state, maker(false), false);
  REQUIRE(task);
  CHECK(fake(*task).clocks == std::vector<Timestamp>{{4000}, {6000}});
  CHECK(next.restart_offset(file.state, 0) == Offset{70});
  CHECK(next.restart_offset(file.state, 1) == Offset{200});
}

TEST_CASE("a task that has ended needs nothing but its clocks") {
  File file;
  WindowMemory memory = file.memory();
  memory.note(task_with_open_windows(), file.next, true, file.state);
  CHECK(file.state.sources[0].needed == Offset{100});
  const auto task = file.reread().restart(file.state, maker(false), false);
  REQUIRE(task);
  CHECK(fake(*task).clocks == std::vector<Timestamp>{{5000}, {6000}});
}

TEST_CASE("a new file has a new task") {
  File file;
  WindowMemory memory = file.reread();
  const auto task = memory.restart(file.state, maker(true), false);
  REQUIRE(task);
  CHECK(fake(*task).state == "new");
  CHECK(memory.restart_offset(file.state, 0) == Offset{100});
}

TEST_CASE("of the marks at one offset the largest stays, and those before what is needed go") {
  File file;
  WindowMemory memory = file.memory();
  memory.add_mark({1, {200}, {10}});
  memory.add_mark({0, {80}, {20}});
  memory.add_mark({0, {69}, {5}});
  memory.add_mark({0, {80}, {30}});
  memory.add_mark({0, {80}, {25}});
  memory.add_mark({0, {70}, {15}});
  memory.note(task_with_open_windows(), file.next, false, file.state);
  const std::vector<window::IdleMark> wanted = {{0, {70}, {15}}, {0, {80}, {30}}, {1, {200}, {10}}};
  CHECK(memory.marks() == wanted);
  CHECK(file.reread().marks() == wanted);
}

TEST_CASE("windows with other options, and damage, are refused") {
  File file;
  WindowMemory memory = file.memory();
  memory.note(task_with_open_windows(), file.next, false, file.state);
  const auto other = file.memory("another").read(file.state);
  REQUIRE(!other);
  CHECK(other.error().code == Error::Code::usage);
  file.state.window.pop_back();
  const auto damaged = file.memory().read(file.state);
  REQUIRE(!damaged);
  CHECK(damaged.error().code == Error::Code::corrupt);
  CHECK(damaged.error().message.find("g/all: ") == 0);
}

TEST_CASE("a checkpoint is taken where it saves reading, and only there") {
  File file;
  WindowMemory memory = file.memory();
  FakeTask saved = task_with_open_windows();
  saved.state = "saved";
  REQUIRE(memory.write_checkpoint(saved, {{90}, {200}}));
  CHECK(memory.offsets_to_repeat(saved, file.next) == 10);
  memory.note(saved, file.next, false, file.state);
  WindowMemory next = file.reread();
  auto task = next.restart(file.state, maker(false), false);
  REQUIRE(task);
  CHECK(fake(*task).state == "saved");
  CHECK(next.restart_offset(file.state, 0) == Offset{90});

  // Without it, the log has all.
  REQUIRE(file.directory.remove_file("all.state1"));
  next = file.reread();
  task = next.restart(file.state, maker(false), false);
  REQUIRE(task);
  CHECK(fake(*task).state == "new");
  CHECK(next.restart_offset(file.state, 0) == Offset{70});

  saved.points[0].offset = {95};
  CHECK(memory.offsets_to_repeat(saved, file.next) == 5);
  memory.note(saved, file.next, false, file.state);
  CHECK(!memory.has_checkpoint());
  // The next one is the other file all the same.
  REQUIRE(memory.write_checkpoint(saved, file.next));
  CHECK(file.system.exists("g/all.state2"));
}

TEST_CASE("a task that needs its checkpoint does not begin without, unless it is told") {
  for (const bool is_bad : {false, true}) {
    CAPTURE(is_bad);
    File file;
    WindowMemory memory = file.memory();
    FakeTask saved(2);
    saved.is_needing = true;
    saved.state = is_bad ? "bad" : "saved";
    REQUIRE(memory.write_checkpoint(saved, {{90}, {150}}));
    memory.note(saved, file.next, false, file.state);
    CHECK(file.state.sources[0].needed == Offset{90});
    CHECK(file.state.sources[1].needed == Offset{150});
    if (!is_bad) {
      CHECK(fake(*file.reread().restart(file.state, maker(true), false)).state == "saved");
      REQUIRE(file.directory.remove_file("all.state1"));
    }
    const auto refused = file.reread().restart(file.state, maker(true), false);
    REQUIRE(!refused);
    CHECK(refused.error().code == Error::Code::corrupt);
    CHECK(refused.error().message.find("--on-gap start") != std::string::npos);
    WindowMemory next = file.reread();
    const auto task = next.restart(file.state, maker(true), true);
    REQUIRE(task);
    CHECK(fake(*task).state == "new");
    CHECK(next.restart_offset(file.state, 0) == Offset{100});
    CHECK(!next.has_checkpoint());
  }
}

}  // namespace estream::tool
