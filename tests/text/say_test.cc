#include "text/say.h"

#include <doctest/doctest.h>

#include "cli/captured_diagnostics.h"

using namespace estream::cli;
using namespace estream::text;

TEST_CASE("a diagnostic is one line with tool and level") {
  CapturedDiagnostics captured("estream-consume", 0);
  say(Level::warning, "orders/0: odd");
  CHECK(captured.text() == "estream-consume: warning: orders/0: odd\n");
}

TEST_CASE("verbosity decides what is said") {
  const auto said = [](int verbosity) {
    CapturedDiagnostics captured("t", verbosity);
    for (const Level level :
         {Level::error, Level::warning, Level::note, Level::detail, Level::trace}) {
      say(level, "x");
    }
    return captured.text();
  };
  CHECK(said(-1) == "t: error: x\n");
  CHECK(said(0) == "t: error: x\nt: warning: x\nt: note: x\n");
  CHECK(said(1) == "t: error: x\nt: warning: x\nt: note: x\nt: detail: x\n");
  CHECK(said(2).ends_with("t: trace: x\n"));
}

TEST_CASE("a hostile name cannot drive the terminal or forge a line") {
  CapturedDiagnostics captured("t", 0);
  say(Level::error, "x\x1b]0;owned\x07\nt: error: y\r\t\x7f");
  CHECK(captured.text() == "t: error: x\\x1b]0;owned\\x07\\nt: error: y\\r\\t\\x7f\n");
}

TEST_CASE("letters of every language stay readable") {
  CHECK(printable("größe 注文 🙂") == "größe 注文 🙂");
}

TEST_CASE("bytes that are not UTF-8 are shown as hex") {
  CHECK(printable("a\xff") == "a\\xff");
  CHECK(printable("\xc0\x9b") == "\\xc0\\x9b");               // An overlong escape character.
  CHECK(printable("\xe0\x80\x9b") == "\\xe0\\x80\\x9b");      // The same in three bytes.
  CHECK(printable("\xed\xa0\x80") == "\\xed\\xa0\\x80");      // A surrogate.
  CHECK(printable("\xf4\x90\x80\x80").starts_with("\\xf4"));  // Beyond the last character.
  CHECK(printable("\xe6\xb3") == "\\xe6\\xb3");               // Cut short.
}

TEST_CASE("control characters beyond ASCII and reversed writing are escaped") {
  CHECK(printable("\xc2\x9b"
                  "31m") == "\\u{009b}31m");
  CHECK(printable("a\xe2\x80\xae"
                  "b") == "a\\u{202e}b");
  CHECK(printable("a\xe2\x81\xa6"
                  "b") == "a\\u{2066}b");
}
