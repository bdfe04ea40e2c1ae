#include "tool/replay/stored_record.h"

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <string_view>

#include "support/batches.h"

using namespace estream;
using namespace estream::tool;

TEST_CASE("a stored record is the same when it is loaded, null and empty told apart") {
  using namespace std::string_view_literals;
  const std::optional<std::string_view> fields[] = {std::nullopt, ""sv, "text"sv};
  // One header h=x, and one n=null.
  const RecordHeaders headers[] = {{0, ""}, {2, "\2h\2x\2n\1"sv}};
  for (const auto& key : fields) {
    for (const auto& value : fields) {
      for (const RecordHeaders& some : headers) {
        const RecordView record = {{17}, {-1}, key, value, some};
        std::string stored;
        store_record(stored, 3, record);
        const LoadedRecord loaded = load_record(stored);
        CHECK(loaded.source == 3);
        CHECK(owned(loaded.record) == owned(record));
      }
    }
  }
}
