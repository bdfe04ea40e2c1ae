// estream_fuzz TARGET [--corpus DIR] [--dictionary FILE] [--seconds N] [--runs N] [--seed N]
//              [--json] [FILE...]
// estream_fuzz --list
//
// Runs a fuzz target where there is no libFuzzer: first on the files named and on those of the
// corpus, then on changed ones, until the seconds or the runs are over (without either, no more).
// An input that breaks a promise is left in the working directory as crash-TARGET-HASH.
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

#include "fuzz/driver_targets.h"
#include "fuzz/mutation.h"

using namespace estream::fuzz;

// Of <sanitizer/common_interface_defs.h>; absent without a sanitizer.
extern "C" __attribute__((weak)) void __sanitizer_set_death_callback(void (*callback)());

namespace {

constexpr std::size_t input_bytes_max = 64 << 10;
constexpr unsigned hang_seconds = 30;

struct Options {
  std::string target;
  std::string corpus;
  std::string dictionary;
  std::vector<std::string> files;
  std::uint64_t seed = 1;
  std::int64_t seconds = -1;
  std::int64_t runs = -1;
  bool is_json = false;
};

const Target* the_target = nullptr;
std::string the_input;
Mutation* the_mutation = nullptr;
std::string started_in;  // A target may work in another directory.

// What broke the promise, for whoever wants to see it again. The process is dying: nothing here may
// fail loudly.
void keep_input() {
  if (the_target == nullptr) return;
  std::uint64_t hash = 14695981039346656037ULL;
  for (const char c : the_input) hash = (hash ^ static_cast<std::uint8_t>(c)) * 1099511628211ULL;
  char name[512];
  std::snprintf(name, sizeof name, "%s/crash-%s-%016llx", started_in.c_str(), the_target->name,
                static_cast<unsigned long long>(hash));
  if (std::FILE* file = std::fopen(name, "wb")) {
    std::fwrite(the_input.data(), 1, the_input.size(), file);
    std::fclose(file);
  }
  std::fprintf(stderr, "see it again: estream_fuzz %s %s\n", the_target->name, name);
  the_target = nullptr;
}

void on_signal(int number) {
  if (number == SIGALRM) std::fprintf(stderr, "an input takes more than %u s\n", hang_seconds);
  keep_input();
  std::signal(number, SIG_DFL);
  std::raise(number == SIGALRM ? SIGKILL : number);
}

void catch_death() {
  for (const int number : {SIGABRT, SIGALRM}) std::signal(number, on_signal);
  if (__sanitizer_set_death_callback != nullptr) __sanitizer_set_death_callback(keep_input);
}

std::string content_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    std::cerr << "estream_fuzz: cannot read " << path << "\n";
    std::exit(2);
  }
  return {std::istreambuf_iterator<char>(file), {}};
}

void run(const std::string& input) {
  the_input = input;
  // A copy of exactly this size, so that the sanitizer sees a read beyond its end.
  const std::vector<std::uint8_t> bytes(input.begin(), input.end());
  the_target->run(bytes.data(), bytes.size());
}

std::string changed(Mutation& mutation, std::string input) {
  std::size_t changes = std::size_t{1} << mutation.below(5);
  if (the_target->mutate == nullptr) {
    while (changes-- > 0) mutation.change(input, input_bytes_max);
    return input;
  }
  std::vector<std::uint8_t> bytes(input.begin(), input.end());
  std::size_t size = bytes.size();
  bytes.resize(input_bytes_max);
  for (changes = std::min<std::size_t>(changes, 4); changes > 0; changes--) {
    size = the_target->mutate(bytes.data(), size, input_bytes_max,
                              static_cast<unsigned>(mutation.random()));
  }
  return {bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size)};
}

std::int64_t now_ms() {
  timespec now = {};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1'000'000;
}

std::int64_t fuzz(const Options& options, const std::vector<std::string>& inputs) {
  if (options.seconds < 0 && options.runs < 0) return 0;
  Mutation mutation(options.seed);
  mutation.set_others(&inputs);
  if (!options.dictionary.empty()) mutation.read_dictionary(options.dictionary);
  the_mutation = &mutation;
  const std::int64_t end = options.seconds < 0 ? INT64_MAX : now_ms() + options.seconds * 1000;
  std::int64_t executions = 0;
  while ((options.runs < 0 || executions < options.runs) && now_ms() < end) {
    if (executions % 256 == 0) alarm(hang_seconds);
    run(changed(mutation, inputs.empty() ? "" : inputs[mutation.below(inputs.size())]));
    executions++;
  }
  return executions;
}

bool read_options(int argc, char** argv, Options& options) {
  if (argc < 2) return false;
  options.target = argv[1];
  for (int i = 2; i < argc; i++) {
    const std::string name = argv[i];
    const bool takes_value = name.starts_with("--") && name != "--json";
    if (takes_value && i + 1 == argc) return false;
    if (name == "--json") {
      options.is_json = true;
    } else if (name == "--corpus") {
      options.corpus = argv[++i];
    } else if (name == "--dictionary") {
      options.dictionary = argv[++i];
    } else if (name == "--seconds") {
      options.seconds = std::atoll(argv[++i]);
    } else if (name == "--runs") {
      options.runs = std::atoll(argv[++i]);
    } else if (name == "--seed") {
      options.seed = std::strtoull(argv[++i], nullptr, 10);
    } else if (takes_value) {
      return false;
    } else {
      options.files.push_back(name);
    }
  }
  return true;
}

std::vector<std::string> read_inputs(const Options& options) {
  std::vector<std::filesystem::path> paths(options.files.begin(), options.files.end());
  if (!options.corpus.empty()) {
    for (const auto& entry : std::filesystem::directory_iterator(options.corpus)) {
      paths.push_back(entry.path());
    }
    std::ranges::sort(paths);
  }
  std::vector<std::string> inputs;
  for (const auto& path : paths) inputs.push_back(content_of(path));
  return inputs;
}

// Answers how many marks there are and how many were reached, and names the others.
std::pair<std::int64_t, std::int64_t> marks_of(const std::string& target) {
  std::int64_t marks = 0, reached = 0;
  for (const Mark* mark : all_marks()) {
    if (mark->target() != target) continue;
    marks++;
    (mark->count() > 0 ? reached++ : 0);
    if (mark->count() == 0) std::cerr << target << ": never reached: " << mark->name() << "\n";
  }
  return {marks, reached};
}

}  // namespace

std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t size_max) {
  std::string input(reinterpret_cast<const char*>(data), size);
  the_mutation->change(input, size_max);
  input.resize(std::min(input.size(), size_max));
  std::memcpy(data, input.data(), input.size());
  return input.size();
}

int main(int argc, char** argv) {
  if (argc == 2 && std::strcmp(argv[1], "--list") == 0) {
    for (const Target& target : targets()) std::cout << target.name << "\n";
    return 0;
  }
  Options options;
  const bool is_understood = read_options(argc, argv, options);
  for (const Target& target : targets()) {
    if (is_understood && options.target == target.name) the_target = &target;
  }
  if (the_target == nullptr) {
    std::cerr << "usage: estream_fuzz TARGET [--corpus DIR] [--dictionary FILE] [--seconds N] "
                 "[--runs N] [--seed N] [--json] [FILE...]; estream_fuzz --list\n";
    return 2;
  }
  started_in = std::filesystem::current_path();
  catch_death();
  const std::vector<std::string> inputs = read_inputs(options);
  for (const std::string& input : inputs) {
    alarm(hang_seconds);
    run(input);
  }
  const std::int64_t executions = fuzz(options, inputs);
  alarm(0);
  const auto [marks, reached] = marks_of(options.target);
  const char* form = options.is_json
                         ? "{\"suite\":\"fuzz/%s\",\"seed\":%llu,\"figures\":{\"replayed\":%zu,"
                           "\"executions\":%lld,\"marks\":%lld,\"marks reached\":%lld},"
                           "\"failures\":0}\n"
                         : "fuzz/%s: seed %llu, replayed %zu, executions %lld, marks %lld, "
                           "reached %lld\n";
  std::printf(form, options.target.c_str(), static_cast<unsigned long long>(options.seed),
              inputs.size(), static_cast<long long>(executions), static_cast<long long>(marks),
              static_cast<long long>(reached));
  return 0;
}
