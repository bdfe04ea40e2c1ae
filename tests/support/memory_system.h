#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "io/system.h"

namespace estream::io {

// A machine in memory, and everything that can go wrong with one: files, directories, locks of open
// file descriptions, a clock that only sleeping moves; faults on demand; and the death of the
// process or the loss of power, after which what was not synced may be gone.
//
// What is durable: fsync or fdatasync of a file keeps its content, not its name; fsync of a
// directory keeps its names. After a failed sync the content can still be read, but a later sync
// does not keep what the failed one should have kept: the pages count as clean, as on ext4 and XFS.
class MemorySystem : public System {
 public:
  enum class Call {
    open,  // Of anything, files that are made thereby included.
    close,
    read,
    write,
    truncate,
    sync,  // Of either kind.
    status,
    list,
    rename,
    link,
    clone,
    unlink,
    make_directory,
    lock,
  };
  static constexpr std::int64_t forever = INT64_MAX;

  // Refuses calls of this kind on files whose name contains `name`: the `nth` from now on (1 is the
  // next) and then as many as `times` says.
  void fail(Call call, std::int64_t nth, int error, std::int64_t times = 1,
            std::string_view name = "");
  // What a read or write moves that is cut short; a read of nothing looks like the end of the file.
  enum class Share { nothing, one_byte, all_but_one };
  // Cuts reads or writes short, those that fail() would refuse.
  void cut_short(Call call, std::int64_t nth, Share share, std::int64_t times = 1,
                 std::string_view name = "");
  // What becomes of the unsynced content of a file when a sync of it fails.
  enum class FailedSync {
    keeps_pages,   // It can still be read, and counts as clean, as on ext4 and XFS.
    reverts,       // The file is again as the last good sync left it, as on Btrfs.
    is_told_late,  // As keeps_pages; but this sync succeeds, and the file's next one fails, as on
                   // ext4 with data=journal.
  };
  void set_failed_sync(FailedSync model) { failed_sync_ = model; }
  // No read or write moves more than this many bytes.
  void limit_transfers(std::size_t bytes) { transfer_bytes_max_ = bytes; }
  // Files can share their blocks, which few file systems let them.
  void allow_clones() { allows_clones_ = true; }
  void clear_faults();
  // How many calls were refused or cut short.
  std::int64_t fired_faults() const { return fired_faults_; }

  // Every call that a fault may be planned for.
  std::int64_t calls() const { return calls_; }
  // After so many more calls every one but close() throws: for a loop that does not end.
  void limit_calls(std::int64_t count) { calls_max_ = calls_ + count; }

  // Calls that change files, names or what is durable, and succeeded.
  std::int64_t changes() const { return changes_; }
  // What a process does at its `nth` change from now on: it dies before it, or in the middle of it
  // if it is a write. From then on every call answers -EIO and does nothing.
  enum class Death { before_change, within_write };
  void die_at(std::int64_t nth, Death death);
  bool is_dead() const { return is_dead_; }

  // The processes are gone, with their descriptors and locks; the machine goes on.
  void kill();
  // The machine goes on after a loss of power, as another boot.
  enum class Loss {
    all_unsynced,  // Content and names.
    nothing,
    random,  // Of each file and directory some first changes are kept, the last one maybe in part.
  };
  void crash(Loss loss, std::uint64_t seed = 0);

  // Writes to or syncs of a file after a sync of it failed, by name.
  const std::vector<std::string>& touched_after_failed_sync() const { return touched_; }
  std::size_t open_descriptors() const { return open_.size(); }

  // A whole file by its path from the top, for tests that look or tamper.
  std::string content(std::string_view path);
  void set_content(std::string_view path, std::string_view content);  // Durable at once.
  void remove(std::string_view path);
  bool exists(std::string_view path);
  // Every path with its content, in order: two of these are equal if the trees are.
  std::map<std::string, std::string> tree();

  // Whose files are made from now on: this user's, with a group of the same number. Root is 0.
  void act_as(std::uint32_t user) { user_ = user; }

  void set_file_system_type(std::uint32_t type) { file_system_type_ = type; }
  void set_boot_id(std::optional<BootId> id) { boot_id_ = id; }
  // As a person or NTP does it; the monotonic clock goes on.
  void turn_wall_clock(std::int64_t by_ms) { wall_clock_turn_ms_ += by_ms; }

  // A change as it was made, for whoever builds from the record of them what a crash may leave.
  // Files and directories go by their inode numbers, which are never used again; the top is 1.
  struct Step {
    enum class Kind {
      write,     // `bytes` at `position` of the file `node`.
      truncate,  // The file `node` is `position` bytes long.
      name,      // In the directory `node`, `name` is `target` (0: nothing) ...
      rename,    // ... and `renamed_from` is nothing any more.
      sync,      // Of the file or directory `node`; it succeeded.
    };

    Kind kind = Kind::sync;
    std::uint64_t node = 0;
    std::uint64_t position = 0;
    std::string bytes = {};
    std::string name = {};
    std::string renamed_from = {};
    std::uint64_t target = 0;
    bool is_directory = false;  // The target is one.
    int fd = -1;                // Which was synced.
  };
  // Called after each change, in the middle of the call that made it.
  void observe(std::function<void(Step)> observer) { observer_ = std::move(observer); }

  // A file or directory of a machine that is put together from its parts.
  struct Part {
    std::uint64_t number = 0;
    bool is_directory = false;
    std::string_view content = {};
    const std::map<std::string, std::uint64_t, std::less<>>* names = nullptr;
  };
  // Everything is replaced by these, and durable. New files get numbers above `number_max`.
  void install(std::span<const Part> parts, std::uint64_t number_max);

  int current_directory() const override { return -100; }
  int open_at(int directory, const char* name, int flags, unsigned mode) override;
  int close(int fd) override;
  std::int64_t read(int fd, MutableBytes out) override;
  std::int64_t write(int fd, Bytes bytes) override;
  std::int64_t pread(int fd, MutableBytes out, std::uint64_t position) override;
  std::int64_t pwrite(int fd, Bytes bytes, std::uint64_t position) override;
  int truncate(int fd, std::uint64_t size_bytes) override;
  std::int64_t seek_data(int fd, std::uint64_t position) override;
  std::int64_t seek_hole(int fd, std::uint64_t position) override;
  int change_owner(int fd, std::uint32_t owner, std::uint32_t group) override;
  int change_mode(int fd, unsigned mode) override;
  int fsync(int fd) override;
  int fdatasync(int fd) override;
  int clone(int from_fd, int to_fd) override;
  int status(int fd, FileStatus& out) override;
  int status_at(int directory, const char* name, FileStatus& out) override;
  int rename_at(int directory, const char* from, const char* to) override;
  int link_at(int from_directory, const char* from, int to_directory, const char* to) override;
  int unlink_at(int directory, const char* name) override;
  int remove_directory_at(int directory, const char* name) override;
  int make_directory_at(int directory, const char* name, unsigned mode) override;
  int list(int directory, std::vector<std::string>& names) override;
  int try_lock(int fd, std::uint64_t byte) override;
  int is_locked(int fd, std::uint64_t byte) override;
  int file_system_type(int, std::uint32_t& out) override {
    out = file_system_type_;
    return 0;
  }
  int unlock(int fd, std::uint64_t byte) override;
  int poll(std::span<PollEntry> entries, int timeout_ms) override;
  int watch_open() override;
  int watch_add(int watch, int directory, const char* name, WatchFor what) override;
  std::int64_t monotonic_ns() override { return now_ns_; }
  std::int64_t wall_clock_ms() override {
    return 1'700'000'000'000 + wall_clock_turn_ms_ + now_ns_ / 1'000'000;
  }
  void sleep_ns(std::int64_t duration_ns) override { now_ns_ += duration_ns; }
  std::uint64_t random() override { return random_(); }
  std::int32_t process_id() override { return 4711; }
  std::optional<BootId> boot_id() override { return boot_id_; }

 private:
  struct Node;
  using NodePointer = std::shared_ptr<Node>;
  using Names = std::map<std::string, NodePointer, std::less<>>;

  // A change that a crash may forget: of a file's content, or of a directory's names.
  struct Change {
    std::optional<std::uint64_t> cut_at = {};  // The file is made this long.
    std::uint64_t position = 0;                // Or `bytes` are written here.
    std::string bytes = {};
    std::string name = {};  // Or a name is given to `node`, or taken away.
    NodePointer node = {};
    std::string renamed_from = {};  // The same node's name until then.
  };

  struct Node {
    bool is_directory = false;
    std::uint64_t number = 0;
    unsigned mode = 0644;
    std::uint32_t owner = 0, group = 0;
    std::string content, durable_content;
    Names names, durable_names;
    std::vector<Change> unsynced;
    bool has_failed_sync = false;
    int late_error = 0;                  // What the next sync answers because of the one before.
    std::map<std::uint64_t, int> locks;  // The descriptor that holds the byte.
  };

  struct Open {
    NodePointer node;
    std::string name;
    bool is_writable;
  };

  struct Fault {
    Call call;
    std::int64_t after;  // Calls that pass before it fails.
    int error;
    std::int64_t times;
    std::string name;
    std::optional<Share> share = {};  // Not refused, but cut short.

    bool fires(Call made, std::string_view on);
  };

  static void apply(const Change& change, std::string& content);
  static void apply(const Change& change, Names& names);
  void change_names(Node& directory, Change change);
  void change_content(Node& file, Change change);
  static void walk(const Node& node, const std::string& path,
                   std::map<std::string, std::string>& out);
  static void make_all_durable(Node& node);
  static FileStatus status_of(const Node& node);

  NodePointer find(int directory, std::string_view path);
  NodePointer parent_of(int directory, std::string_view path, std::string& last);
  NodePointer make_node(bool is_directory);
  int refusal(Call call, std::string_view name);
  int refusal_of_change(Call call, std::string_view name);
  int begin_change();
  std::size_t transferred(Call call, std::string_view name, std::size_t wanted);
  int fail_sync(Node& node, int answer);
  int sync(int fd);
  void lose(Node& node, Loss loss, std::mt19937_64& random);
  void close_all();

  std::recursive_mutex mutex_;
  std::uint64_t node_count_ = 0;
  std::uint32_t user_ = 0;
  NodePointer root_ = make_node(true);
  std::map<int, Open> open_;
  std::vector<Fault> faults_;
  std::int64_t fired_faults_ = 0;
  FailedSync failed_sync_ = FailedSync::keeps_pages;
  std::int64_t calls_ = 0;
  std::int64_t calls_max_ = forever;
  bool allows_clones_ = false;
  std::size_t transfer_bytes_max_ = SIZE_MAX;
  std::int64_t changes_ = 0;
  std::int64_t changes_until_death_ = forever;
  Death death_ = Death::before_change;
  bool is_dead_ = false;
  int next_fd_ = 100;  // Never given twice: what a dead process left cannot close another's file.
  std::vector<std::string> touched_;
  std::function<void(Step)> observer_;
  std::int64_t now_ns_ = 1'000'000'000;
  std::int64_t wall_clock_turn_ms_ = 0;
  std::mt19937_64 random_{42};
  std::uint32_t file_system_type_ = 0xef53;  // ext4
  std::optional<BootId> boot_id_ = BootId{std::byte{1}};
};

}  // namespace estream::io
