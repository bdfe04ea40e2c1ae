#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "json/expression.h"
#include "query/format.h"

namespace estream::query {

namespace {

using Piece = Format::Piece;
using PieceKind = Format::Kind;
using Encoding = Format::Encoding;

constexpr struct {
  char letter;
  PieceKind kind;
} record_letters[] = {
    {'t', PieceKind::topic},   {'p', PieceKind::partition},  {'o', PieceKind::offset},
    {'i', PieceKind::number},  {'k', PieceKind::key},        {'v', PieceKind::value},
    {'s', PieceKind::value},   {'K', PieceKind::key_length}, {'V', PieceKind::value_length},
    {'d', PieceKind::time_ms}, {'h', PieceKind::headers},    {'{', PieceKind::field},
};

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

class FormatParser {
 public:
  explicit FormatParser(std::string_view text) : expression_{text} {}

  Result<std::vector<Piece>> record_pieces() {
    std::vector<Piece> pieces;
    while (!at_end()) TRY(read_piece(pieces, Scope::record));
    return pieces;
  }

 private:
  enum class Scope { record, header };

  bool at_end() const { return at_ >= expression_.text.size(); }
  char next() const { return at_end() ? '\0' : expression_.text[at_]; }
  std::string_view rest() const { return expression_.text.substr(at_); }
  Error fail(std::string_view what) const { return expression_.error_at(at_, what); }

  Result<void> read_piece(std::vector<Piece>& pieces, Scope scope) {
    if (next() == '%' && !rest().starts_with("%%")) {
      pieces.push_back(TRY(read_percent(scope)));
      return {};
    }
    if (pieces.empty() || pieces.back().kind != PieceKind::literal) pieces.emplace_back();
    std::string& literal = pieces.back().text;
    if (next() == '\\') {
      literal.push_back(TRY(read_escape()));
    } else {
      if (next() == '%') at_++;
      literal.push_back(next());
      at_++;
    }
    return {};
  }

  Result<char> read_escape() {
    at_++;
    constexpr std::string_view letters = "ntr0\\";
    constexpr std::string_view bytes("\n\t\r\0\\", 5);
    if (const std::size_t letter = at_end() ? letters.npos : letters.find(next());
        letter != letters.npos) {
      at_++;
      return bytes[letter];
    }
    const int high = next() == 'x' && rest().size() > 2 ? hex_digit(rest()[1]) : -1;
    const int low = high < 0 ? -1 : hex_digit(rest()[2]);
    if (low < 0) return fail("unknown escape; there are \\n \\t \\r \\0 \\\\ and \\xNN");
    at_ += 3;
    return static_cast<char>(high * 16 + low);
  }

  Result<Piece> read_percent(Scope scope) {
    at_++;
    if (next() == 'T') {
      return fail(
          "%T means the time to kcat and a length to rpk; write %d for the time, %t for "
          "the topic");
    }
    Piece piece;
    piece.kind = TRY(read_letter(scope));
    if (piece.kind == PieceKind::field) TRY(read_field(piece));
    if (piece.kind == PieceKind::headers) {
      TRY(read_headers(piece));
    } else if (piece.kind == PieceKind::time_ms && next() == '{') {
      TRY(read_time(piece));
    } else if (has_encodings(piece.kind) && next() == '{') {
      piece.encoding = TRY(read_encoding());
    }
    return piece;
  }

  Result<PieceKind> read_letter(Scope scope) {
    for (const auto& [letter, kind] : record_letters) {
      const bool is_allowed =
          scope == Scope::record || kind == PieceKind::key || kind == PieceKind::value;
      if (at_end() || letter != next() || !is_allowed) continue;
      at_++;
      return kind;
    }
    if (scope == Scope::header) return fail("a header has only %k and %v; write %% for a percent");
    return fail("expected one of %t %p %o %i %k %v %s %K %V %d %h %{.path} %%");
  }

  static bool has_encodings(PieceKind kind) {
    return kind == PieceKind::key || kind == PieceKind::value || kind == PieceKind::field;
  }

  Result<Encoding> read_encoding() {
    if (take("{hex}")) return Encoding::hex;
    if (take("{base64}")) return Encoding::base64;
    if (take("{json}")) return Encoding::json;
    if (take("{csv}")) return Encoding::csv;
    return fail("expected {hex}, {base64}, {json} or {csv}; write \\x7b for a brace");
  }

  Result<void> read_time(Piece& piece) {
    if (take("{iso}")) {
      piece.kind = PieceKind::time_iso;
      return {};
    }
    const std::size_t start = at_;
    if (take("{strftime[")) {
      const std::size_t length = rest().find("]}");
      if (length != rest().npos) {
        piece.kind = PieceKind::time_strftime;
        TRY(read_strftime(rest().substr(0, length), piece.pieces));
        at_ += length + 2;
        return {};
      }
      at_ = start;
    }
    return fail("expected {iso} or {strftime[...]}; write \\x7b for a brace");
  }

  // The conversion or the character at `start`.
  Result<std::string_view> strftime_token(std::string_view format, std::size_t start) const {
    std::size_t at = start + 1;
    if (format[start] == '\0') return fail_in(start, "strftime cannot print a zero byte");
    if (format[start] == '%') {
      at = std::min(format.find_first_not_of("_-0^#+", at), format.size());
      const std::size_t width = at;
      at = std::min(format.find_first_not_of("0123456789", at), format.size());
      if (at - width > 3) return fail_in(start, "a width has at most 3 digits");
      at = std::min(format.find_first_not_of("EO", at), format.size());
      constexpr std::string_view known = "aAbBcCdDeFgGhHIjklmMnNpPrRsStTuUVwWxXyYzZ%";
      if (at == format.size() || known.find(format[at]) == known.npos) {
        return fail_in(start, "strftime has no such conversion");
      }
      at++;
    }
    return format.substr(start, at - start);
  }

  // %s and %N are done here: strftime would take UTC for local time in %s, and it has no %N, which
  // is from date(1).
  Result<Piece> own_conversion(std::string_view token, std::size_t start) const {
    if (token == "%s") return Piece{.kind = PieceKind::time_s};
    if (token.back() == 's') return fail_in(start, "%s has no flags and no width");
    const bool has_digits = token.size() == 3 && token[1] >= '1' && token[1] <= '9';
    if (token != "%N" && !has_digits) return fail_in(start, "write %N, or %1N to %9N");
    const auto digits = static_cast<std::size_t>(has_digits ? token[1] - '0' : 9);
    return Piece{.kind = PieceKind::time_fraction, .text = std::string(digits, 'N')};
  }

  Result<void> read_strftime(std::string_view format, std::vector<Piece>& pieces) {
    std::string parts;
    const auto end_part = [&] {
      if (parts.empty()) return;
      pieces.push_back({.kind = PieceKind::time_parts, .text = std::exchange(parts, "") + "x"});
    };
    for (std::size_t at = 0; at < format.size();) {
      const std::string_view token = TRY(strftime_token(format, at));
      if (token.size() > 1 && (token.back() == 's' || token.back() == 'N')) {
        end_part();
        pieces.push_back(TRY(own_conversion(token, at)));
      } else {
        parts += token;
      }
      at += token.size();
    }
    end_part();
    return {};
  }

  // `position` counts from where we are.
  Error fail_in(std::size_t position, std::string_view what) const {
    return expression_.error_at(at_ + position, what);
  }

  Result<void> read_field(Piece& piece) {
    json::PathToken token = TRY(json::read_path(expression_, at_));
    at_ = token.end;
    piece.path = std::move(token.path);
    if (!take("}")) return fail("expected } after the path");
    return {};
  }

  Result<void> read_headers(Piece& piece) {
    if (!take("{")) {
      piece.text.push_back(',');
      piece.pieces.resize(3);
      piece.pieces[0].kind = PieceKind::key;
      piece.pieces[1].text.push_back('=');
      piece.pieces[2].kind = PieceKind::value;
      return {};
    }
    const std::size_t start = at_ - 1;
    while (!at_end() && next() != '}') TRY(read_piece(piece.pieces, Scope::header));
    if (!take("}")) return expression_.error_at(start, "this { has no }");
    return {};
  }

  bool take(std::string_view token) {
    if (!rest().starts_with(token)) return false;
    at_ += token.size();
    return true;
  }

  json::Expression expression_;
  std::size_t at_ = 0;
};

}  // namespace

Result<std::vector<Piece>> parse_format(std::string_view text) {
  return FormatParser(text).record_pieces();
}

}  // namespace estream::query
