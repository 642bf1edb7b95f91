/// What the file watcher asks of the kernel.
#ifndef SLIPWAY_WATCHING_H
#define SLIPWAY_WATCHING_H

/// The type of the filesystem that holds `path`: `f_type` of statfs(2), or -1 with errno set.
///
/// Why C: Swift's Glibc module leaves <sys/vfs.h> out.
long slipway_filesystem_type(const char *path);

/// How many bytes can be read from `descriptor` now: FIONREAD of inotify(7), or -1 with errno set.
/// Takes no lock of ours, does not wait, may be called from any thread.
///
/// Why C: ioctl(2) is variadic, which Swift cannot call.
int slipway_unread_bytes(int descriptor);

#endif
