#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "query/computed.h"
#include "query/subject.h"

namespace estream::query {

struct FilterNode;

// An expression of the `-w` language (see Filter) that is used for its value. Threads may share it.
class Computation {
 public:
  // Error::Code::usage "column N: ...".
  static Result<Computation> parse(std::string_view text);

  // The texts are valid until the subject's parser or `out` is used again.
  void compute(Subject& subject, bool wants_json, Computed& out) const;
  bool is_true(Subject& subject) const;
  const std::string& text() const { return text_; }

 private:
  Computation(std::string text, std::shared_ptr<const std::vector<FilterNode>> nodes)
      : text_(std::move(text)), nodes_(std::move(nodes)) {}

  std::string text_;  // As it was written.
  std::shared_ptr<const std::vector<FilterNode>> nodes_;
};

// Cuts a list at its commas that are outside of quotes and brackets: "a, f(b, c)" has two parts.
// Parts have no white space around them; positions are kept by being views into `text`.
std::vector<std::string_view> split_list(std::string_view text);

}  // namespace estream::query
