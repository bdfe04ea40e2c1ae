#include <array>
#include <cerrno>

#include "prove/faults.h"

namespace estream::prove::faults {

namespace {

constexpr Fault refused(const char* name, Call call, int error) {
  return {.name = name, .call = call, .error = error, .may_last = error != EINTR};
}

constexpr Fault cut(const char* name, Call call, Share share) {
  return {.name = name, .call = call, .share = share};
}

constexpr Fault unsynced(const char* name, int error, FailedSync model) {
  return {.name = name, .call = Call::sync, .error = error, .failed_sync = model};
}

constexpr auto faults = std::to_array<Fault>({
    refused("open:EMFILE", Call::open, EMFILE),
    refused("open:ENFILE", Call::open, ENFILE),
    refused("open:ENOSPC", Call::open, ENOSPC),
    refused("open:EACCES", Call::open, EACCES),
    refused("open:EROFS", Call::open, EROFS),
    refused("open:ELOOP", Call::open, ELOOP),
    refused("open:EINTR", Call::open, EINTR),
    refused("read:EIO", Call::read, EIO),
    refused("read:EINTR", Call::read, EINTR),
    cut("read:one-byte", Call::read, Share::one_byte),
    cut("read:all-but-one", Call::read, Share::all_but_one),
    cut("read:nothing", Call::read, Share::nothing),
    refused("write:EIO", Call::write, EIO),
    refused("write:ENOSPC", Call::write, ENOSPC),
    refused("write:EDQUOT", Call::write, EDQUOT),
    refused("write:EFBIG", Call::write, EFBIG),
    refused("write:EINTR", Call::write, EINTR),
    cut("write:one-byte", Call::write, Share::one_byte),
    cut("write:all-but-one", Call::write, Share::all_but_one),
    cut("write:nothing", Call::write, Share::nothing),
    refused("truncate:EIO", Call::truncate, EIO),
    unsynced("sync:EIO", EIO, FailedSync::keeps_pages),
    unsynced("sync:ENOSPC", ENOSPC, FailedSync::keeps_pages),
    unsynced("sync:EDQUOT", EDQUOT, FailedSync::keeps_pages),
    unsynced("sync:EROFS", EROFS, FailedSync::keeps_pages),
    unsynced("sync:EIO-reverts", EIO, FailedSync::reverts),
    unsynced("sync:EIO-late", EIO, FailedSync::is_told_late),
    refused("status:EIO", Call::status, EIO),
    refused("list:EIO", Call::list, EIO),
    refused("rename:EIO", Call::rename, EIO),
    refused("rename:ENOSPC", Call::rename, ENOSPC),
    refused("rename:EXDEV", Call::rename, EXDEV),
    refused("link:EIO", Call::link, EIO),
    refused("link:ENOSPC", Call::link, ENOSPC),
    refused("link:EXDEV", Call::link, EXDEV),
    refused("link:EMLINK", Call::link, EMLINK),
    refused("unlink:EIO", Call::unlink, EIO),
    refused("unlink:EROFS", Call::unlink, EROFS),
    refused("unlink:ENOENT", Call::unlink, ENOENT),
    refused("mkdir:ENOSPC", Call::make_directory, ENOSPC),
    refused("mkdir:EROFS", Call::make_directory, EROFS),
    refused("lock:ENOLCK", Call::lock, ENOLCK),
    refused("lock:EINTR", Call::lock, EINTR),
    refused("close:EIO", Call::close, EIO),
    refused("clone:EIO", Call::clone, EIO),
});

}  // namespace

bool Fault::looks_like_damage() const {
  const bool is_early_end = call == Call::read && error == 0 && share == Share::nothing;
  return is_early_end || failed_sync == FailedSync::reverts;
}

std::span<const Fault> all_faults() { return faults; }

}  // namespace estream::prove::faults
