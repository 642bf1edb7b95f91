/// Signals as bytes in a pipe, and what becomes of dispositions over execve(2).
#ifndef SLIPWAY_SHIMS_SIGNALS_H
#define SLIPWAY_SHIMS_SIGNALS_H

/// From now on each arrival of `signal` writes its number, as one byte, to the descriptor `pipe`,
/// which is non-blocking: a full pipe loses repetitions. 0, or -1 with errno.
///
/// The byte is written by the main thread: another thread that gets the signal hands it over. So
/// while the main thread blocks a signal, that waits, and is not lost in execve(2).
///
/// A SIGHUP that whoever started the process had ignored stays ignored: see nohup(1).
/// One pipe serves all signals of the process; the last call decides which.
/// Why C: a signal handler may call only async-signal-safe functions, and nothing that Swift
/// compiles to is promised to be one.
int slipway_signal_to_pipe(int signal, int pipe);

/// Remembers which signals are ignored now, at the start of the process image: those are not ours
/// to give back.
/// Why C: SIG_IGN is a cast macro, and the loop must know the real-time signals.
void slipway_note_ignored_signals(void);

/// Gives the default disposition to each signal that was set to be ignored since
/// `slipway_note_ignored_signals`, but SIGPIPE. Signals with a handler need nothing: execve(2)
/// gives them their default, and until then the handler is better than to be killed.
/// Why C: as above.
void slipway_unignore_signals(void);

#endif
