#include "window/row_codec.h"

#include <cstring>
#include <type_traits>
#include <utility>

#include "base/assert.h"
#include "base/sip_hash.h"

namespace estream::window {

namespace {

// The fixed part of a row.
struct RowHead {
  std::int64_t time_ms = 0;
  std::uint64_t conditions = 0;
  std::uint64_t key_hash = 0;
  std::uint32_t key_bytes = 0;
  GroupKey::Kind key_kind = GroupKey::Kind::null;
  bool is_rejected = false;  // The reason comes behind it, and nothing else.
};

// What comes first of each argument: the number, if it is one, and the JSON text follow.
struct ArgumentHead {
  Argument::Kind kind = Argument::Kind::nothing;
  std::uint32_t json_bytes = 0;
};

static_assert(std::is_trivially_copyable_v<RowHead> && std::is_trivially_copyable_v<Quantity>);

template <class T>
void append_bytes(std::string& out, const T& value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

template <class T>
void take_bytes(std::string_view& bytes, T& value) {
  ASSERT(bytes.size() >= sizeof value);
  std::memcpy(&value, bytes.data(), sizeof value);
  bytes.remove_prefix(sizeof value);
}

std::string_view take_text(std::string_view& bytes, std::size_t size) {
  const std::string_view text = bytes.substr(0, size);
  bytes.remove_prefix(size);
  return text;
}

void append_json(std::string& out, const query::Computed& computed) {
  if (computed.kind == query::Computed::Kind::nothing) {
    out.append("null");
  } else {
    out.append(computed.json);
  }
}

// Computes the parts of one row. Its buffers are those of the thread.
class RowBuilder {
 public:
  RowBuilder(const RowPlan& plan, query::Subject& subject) : plan_(plan), subject_(subject) {}

  void append(std::string& out) {
    const std::size_t begin = out.size();
    RowHead head;
    append_bytes(out, head);
    if (const auto reason = set_time(head)) {
      head.is_rejected = true;
      out.append(*reason);
    } else {
      for (std::size_t i = 0; i < plan_.conditions.size(); i++) {
        if (plan_.conditions[i].is_true(subject_)) head.conditions |= std::uint64_t{1} << i;
      }
      append_key(out, head);
      for (const RowPlan::Argument& argument : plan_.arguments) append_argument(out, argument);
    }
    std::memcpy(out.data() + begin, &head, sizeof head);
  }

 private:
  // Returns why there is no time.
  std::optional<std::string> set_time(RowHead& head) {
    if (!plan_.time) {
      head.time_ms = subject_.record().timestamp.ms;
      if (head.time_ms >= 0) return std::nullopt;
      return "the event has no timestamp; --time PATH reads it from a field";
    }
    if (subject_.value() != query::Subject::Value::json) {
      return subject_.record().value ? "the value is not JSON"
                                     : "a tombstone has no field for --time";
    }
    const auto time = subject_.parser().time_at(*plan_.time);
    if (!time) return time.error().message;
    if (!*time) return "field " + plan_.time->text + " is missing";
    head.time_ms = (*time)->ms;
    return std::nullopt;
  }

  void append_key(std::string& out, RowHead& head) {
    const std::size_t begin = out.size();
    if (!plan_.key) {
      if (subject_.record().key) head.key_kind = GroupKey::Kind::text;
      out.append(subject_.record().key.value_or(std::string_view()));
    } else if (plan_.key->size() == 1) {
      append_field_key(out, head);
    } else if (plan_.key->size() > 1) {
      head.key_kind = GroupKey::Kind::json;
      char separator = '[';
      for (const query::Computation& field : *plan_.key) {
        out.push_back(std::exchange(separator, ','));
        field.compute(subject_, true, computed_);
        append_json(out, computed_);
      }
      out.push_back(']');
    }
    head.key_bytes = static_cast<std::uint32_t>(out.size() - begin);
    // Not secret: a checkpoint has to find the same groups again.
    constexpr HashSecret secret = {0x65737472'65616d2e, 0x77696e64'6f777331};
    head.key_hash = sip_hash(std::string_view(out).substr(begin), secret).low +
                    static_cast<std::uint64_t>(head.key_kind);
  }

  void append_field_key(std::string& out, RowHead& head) {
    plan_.key->front().compute(subject_, false, computed_);
    if (computed_.kind == query::Computed::Kind::nothing) return;
    if (computed_.kind == query::Computed::Kind::string) {
      head.key_kind = GroupKey::Kind::text;
      out.append(computed_.text);
      return;
    }
    head.key_kind = GroupKey::Kind::json;
    if (computed_.json.empty()) plan_.key->front().compute(subject_, true, computed_);
    out.append(computed_.json);
  }

  void append_argument(std::string& out, const RowPlan::Argument& argument) {
    argument.computation.compute(subject_, argument.wants_json, computed_);
    ArgumentHead head;
    if (computed_.kind == query::Computed::Kind::number) {
      head.kind = Argument::Kind::number;
    } else if (computed_.kind != query::Computed::Kind::nothing) {
      head.kind = Argument::Kind::other;
    }
    const bool is_other = head.kind == Argument::Kind::other;
    if (is_other && computed_.json.empty()) argument.computation.compute(subject_, true, computed_);
    const bool has_json = argument.wants_json || is_other;
    const std::string_view json = has_json ? computed_.json : std::string_view();
    head.json_bytes = static_cast<std::uint32_t>(json.size());
    append_bytes(out, head);
    if (head.kind == Argument::Kind::number) append_bytes(out, quantity_of(computed_));
    out.append(json);
  }

  const RowPlan& plan_;
  query::Subject& subject_;
  query::Computed computed_;
};

}  // namespace

Quantity quantity_of(const query::Computed& computed) {
  if (const auto* const integer = std::get_if<std::int64_t>(&computed.number)) {
    return Quantity(*integer);
  }
  if (const auto* const large = std::get_if<std::uint64_t>(&computed.number)) {
    return Quantity(*large);
  }
  if (!computed.json.empty()) return Quantity::parse(computed.json);
  return Quantity::of_calculation(*std::get_if<double>(&computed.number));
}

Result<void> RowPlan::add_arguments(const ArgumentPlan& plan) {
  for (const ArgumentPlan::Entry& entry : plan.entries) {
    auto computation = query::Computation::parse(entry.expression);
    if (!computation) {
      return Error{computation.error().code, entry.expression + ": " + computation.error().message};
    }
    arguments.push_back({*std::move(computation), entry.wants_json});
  }
  return {};
}

void RowEncoder::append(std::string& out, const RecordPlace& place, const RecordView& record,
                        json::EventParser& parser) const {
  query::Subject subject(place, record, parser);
  RowBuilder(*plan_, subject).append(out);
}

std::optional<std::string_view> RowDecoder::decode(std::string_view bytes, Row& row) {
  RowHead head;
  take_bytes(bytes, head);
  if (head.is_rejected) return bytes;
  row.time = {head.time_ms};
  row.conditions = head.conditions;
  row.key = {head.key_kind, take_text(bytes, head.key_bytes), head.key_hash};
  for (Argument& argument : arguments_) {
    ArgumentHead part;
    take_bytes(bytes, part);
    argument.kind = part.kind;
    if (part.kind == Argument::Kind::number) take_bytes(bytes, argument.number);
    argument.json = take_text(bytes, part.json_bytes);
  }
  row.arguments = arguments_;
  return std::nullopt;
}

}  // namespace estream::window
