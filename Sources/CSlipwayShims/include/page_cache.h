/// What can be read of a file without waiting for a disk.
#ifndef SLIPWAY_SHIMS_PAGE_CACHE_H
#define SLIPWAY_SHIMS_PAGE_CACHE_H

#include <stddef.h>
#include <sys/types.h>

/// preadv2(2) with RWF_NOWAIT: reads what the kernel has in memory from `offset` on. The number of
/// bytes, 0 at the end of the file, or -1 with errno: EAGAIN where it would have to wait,
/// EOPNOTSUPP where the filesystem cannot tell.
/// Why C: declared under _GNU_SOURCE, which the Glibc module is built without.
ssize_t slipway_read_cached(int file, void *_Nullable bytes, size_t count, off_t offset);

/// The type of the filesystem that holds an open file: `f_type` of fstatfs(2), or -1 with errno.
/// Why C: Swift's Glibc module leaves <sys/vfs.h> out.
long slipway_filesystem_of(int file);

#endif
