#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "json/number.h"
#include "query/subject.h"

namespace estream::query {

struct FilterNode;

// What an expression is for a record.
struct Computed {
  enum class Kind {
    nothing,  // Missing, null, or where jq would stop with an error.
    number,
    string,
    other,  // A boolean, array or object.
  };

  Kind kind = Kind::nothing;
  json::Number number = {};
  std::string_view text = {};  // Of a string, without quotes and escapes.
  // The value as JSON text, if it was asked for: byte for byte as the event has it if the
  // expression is a path. Of a path to a number that is not an integer, also if it was not.
  std::string_view json = {};

  // Some texts point into these.
  std::string storage = {};
  std::string joined = {};
};

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
