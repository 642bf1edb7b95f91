#ifndef SLIPWAY_OPEN_BENEATH_H
#define SLIPWAY_OPEN_BENEATH_H

/// How far a path may lead, and whether opening it may wait. To be combined.
enum slipway_open_how {
  /// No symbolic link is followed (ELOOP).
  SLIPWAY_OPEN_REFUSES_LINKS = 1,
  /// Symbolic links may lead out of the directory.
  SLIPWAY_OPEN_LEAVES = 2,
  /// Only what the kernel has in memory, and on the filesystem of the directory: EAGAIN where it
  /// would have to ask a disk or anybody else. Linux 5.12; EINVAL before.
  SLIPWAY_OPEN_CACHED = 4,
};

/// Opens `path` below the directory `directory`; unless told otherwise, the kernel lets no
/// component, `..` or link lead out of it: openat2(2) with RESOLVE_BENEATH. Magic links of /proc are
/// never followed. `how` is made of `slipway_open_how`.
///
/// Returns a descriptor that the caller closes, or -1 with errno set: EXDEV where the path would
/// lead out, EAGAIN where a rename raced with a `..`. Linux 5.6 and later.
///
/// Why C: glibc has no openat2, and syscall(2) is variadic, which Swift does not import.
int slipway_open_beneath(int directory, const char *_Nonnull path, int flags, unsigned how);

#endif
