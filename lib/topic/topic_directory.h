#pragma once

#include <string>

#include "base/result.h"
#include "io/directory.h"

namespace estream::topic {

// In the directory of a topic: the positions of producers in their inputs. They are the business of
// lib/group, and everything else leaves them alone.
inline constexpr const char* producers_name = ".producers";

// Opens the directory of a topic in the data root. It may be a symbolic link, which leads to
// another disk for example. A link is followed only if it was made by the owner of the data root,
// or by root, and the directory to which it leads belongs to one of these, too: nobody else can
// make estream write elsewhere. Links deeper inside are never followed.
//
// Error::Code::usage for another link.
Result<io::Directory> open_topic_directory(const io::Directory& root, const std::string& name);

}  // namespace estream::topic
