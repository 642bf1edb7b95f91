/// The application's standard output and standard error, led through the server.
#ifndef SLIPWAY_SHIMS_OUTPUT_H
#define SLIPWAY_SHIMS_OUTPUT_H

/// One of the two streams. Journal and pipe may be read by others too.
struct slipway_output_stream {
  /// Where the user sent it.
  int terminal;
  /// The read end of the pipe that stands in its place.
  int pipe;
  /// An anonymous file with what was taken out of the pipe and not shown yet.
  int journal;
  /// Whether it goes there as it is, without time and name.
  int is_raw;
};

/// pipe2(2) with O_CLOEXEC. 0, or -1 with errno.
/// Why C: declared under _GNU_SOURCE, which Swift's Glibc module is built without.
int slipway_output_pipe(int ends[_Nonnull 2]);

/// Moves up to `limit` bytes from the pipe to the end of the journal without a copy in this
/// process's memory: whenever the process dies, they are in one of the two. Never blocks. The number
/// of bytes, 0 where there is nothing, or -1 with errno.
/// Why C: splice(2) is declared under _GNU_SOURCE.
long slipway_output_move(int pipe, int journal, long limit);

/// Has C's stdout written at the end of each line, as on a terminal: behind a pipe it would keep
/// lines until it has thousands of them. Before anything is printed.
/// Why C: the global `stdout` is no constant, so Swift takes it for unsafe shared state.
void slipway_output_by_lines(void);

/// Writes out what C's stdout holds, unless another thread is in the middle of printing for longer
/// than `milliseconds`.
/// Why C: as above.
void slipway_output_flush(int milliseconds);

/// Starts a process that waits for the death of this one and then shows what it left in journals
/// and pipes. 0, or an errno.
///
/// The process holds nothing but the descriptors given, takes no signals, is nobody's child and
/// leads a session of its own. To be called while this process has one thread.
/// Why C: fork(2) is unavailable in Swift, and after it only what is safe without a runtime may run.
int slipway_output_guard(const struct slipway_output_stream streams[_Nonnull 2],
                         const char *_Nonnull source, int is_json);

#endif
