#pragma once

#include <memory>

#include "read/record_text.h"
#include "window/row_codec.h"

namespace estream::tool {

// The form in which a reading gives events to windows: as the bytes of rows, see RowDecoder. So the
// fields are found by the threads that decode batches.
read::RecordShape row_form_of(std::shared_ptr<const window::RowPlan> plan);

}  // namespace estream::tool
