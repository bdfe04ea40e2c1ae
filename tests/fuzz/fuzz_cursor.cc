// A cursor file: what is read is what is written.
#include "fuzz/fuzz.h"
#include "fuzz/memory_meter.h"
#include "read/cursor_file.h"

using namespace estream;
using namespace estream::fuzz;

namespace {

Mark accepted("cursor", "a position is accepted");
Mark refused("cursor", "a cursor is refused");

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const MemoryMeter meter;
  auto cursor = read::Cursor::parse(text);
  PROPERTY(meter.peak_bytes() <= 512 * text.size() + (64 << 10));
  if (!cursor) {
    refused.reach();
    PROPERTY(cursor.error().code == Error::Code::corrupt);
    return 0;
  }
  const auto again = read::Cursor::parse(cursor->to_text());
  PROPERTY(again && *again == *cursor && again->to_text() == cursor->to_text());
  if (!(*cursor == read::Cursor())) accepted.reach();
  const read::CursorPosition position = {{17}, 3};
  cursor->set("orders", 2, position);
  PROPERTY(cursor->find("orders", 2) == position);
  const auto grown = read::Cursor::parse(cursor->to_text());
  PROPERTY(grown && *grown == *cursor);
  return 0;
}
