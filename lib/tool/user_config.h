#pragma once

#include "cli/config.h"
#include "io/system.h"

namespace estream::tool {

// The user's config file, which all six tools read: a key of one of them is no error in another.
// `system` must live as long as the answer.
cli::Config user_config(io::System& system);

}  // namespace estream::tool
