/// What a process needs to become its own next image, and Swift's Glibc module does not import.
#ifndef SLIPWAY_SHIMS_EXEC_H
#define SLIPWAY_SHIMS_EXEC_H

/// memfd_create(2) with MFD_CLOEXEC: an anonymous file, or -1 with errno.
/// Why C: declared under _GNU_SOURCE, which the Glibc module is built without.
int slipway_memory_file(const char *_Nonnull name);

/// Marks every descriptor from `first` up close-on-exec, with close_range(2). 0, or -1 with errno.
/// Why C: declared under _GNU_SOURCE.
int slipway_close_on_exec_from(unsigned int first);

/// Closes every descriptor from `first` up, with close_range(2). 0, or -1 with errno.
/// Why C: declared under _GNU_SOURCE.
int slipway_close_from(unsigned int first);

/// Closes every descriptor from `first` to `last`, with close_range(2). 0, or -1 with errno.
/// Why C: declared under _GNU_SOURCE.
int slipway_close_between(unsigned int first, unsigned int last);

#endif
