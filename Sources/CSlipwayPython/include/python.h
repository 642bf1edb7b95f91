#ifndef SLIPWAY_PYTHON_H
#define SLIPWAY_PYTHON_H

#include <stddef.h>
#include <stdint.h>

/// CPython, opened at run time: the main interpreter, and others beside it, for the life of the process
/// image.
///
/// Why C: the interface of CPython has variadic functions, macros over data symbols, and a table of
/// methods that it keeps pointers into (`PyMethodDef`); and what every request needs (its environ, a look
/// at its response's head) costs several times as much in Python. Nothing but functions and data of the stable
/// ABI is used (PEP 384, and what 3.9 exports under the same names), so one build serves every
/// version from 3.9 on, and no header of Python is needed. The exception is a GIL of an interpreter's own.
///
/// No PyGILState_*: those know the main interpreter only. Each thread has a state of the one interpreter that
/// it runs, which is the first that it gets, and so the one that extension modules find by them.

/// What Python code calls. Every function may be called on any thread, and none with the GIL held, save
/// those that are said not to block.
typedef struct slipway_python_host {
  /// Reads up to `capacity` bytes of a request's body, at least `least`. Fewer at the end, -1 if the body
  /// will never be complete.
  int64_t (*read)(uint64_t exchange, void *buffer, size_t capacity, size_t least);
  /// Sends a whole response. `fields` is name NUL value NUL for each field. Does not block.
  void (*respond)(uint64_t exchange, int status, const char *fields, size_t fields_size,
                  const char *body, size_t body_size);
  /// Starts a response. Does not block.
  void (*start)(uint64_t exchange, int status, const char *fields, size_t fields_size);
  /// Sends a part of the body. 0 if nobody will see it, -1 if the client is far behind: `drain` is to be
  /// called then. Does not block.
  int (*write)(uint64_t exchange, const char *bytes, size_t size);
  /// Waits while the client is far behind. 0 if nobody will see more.
  int (*drain)(uint64_t exchange);
  /// Sends bytes of an open file. 0 if not all of them went out.
  int (*send_file)(uint64_t exchange, int descriptor, int64_t offset, int64_t count);
  /// Ends a response. Does not block.
  void (*finish)(uint64_t exchange);
  /// The application has failed; `report` is JSON. Does not block.
  void (*fail)(uint64_t exchange, const char *report, size_t size);
  /// An interpreter has loaded modules since this was called last. Does not block.
  void (*imported)(uint32_t interpreter);
} slipway_python_host;

/// Looks up everything that is needed in a library from dlopen(3). Returns the name of the first
/// symbol that is missing, or NULL. To be called once.
const char *slipway_python_load(void *library);

/// Py_GetVersion, which may be called before anything is initialised: "3.11.2 (main, …".
const char *slipway_python_version(void);

/// An interpreter with what the gateway's Python source has made in it. Never freed.
typedef struct slipway_python_interpreter slipway_python_interpreter;

/// The gateway's Python source, in UTF-8.
typedef struct slipway_python_source {
  /// Runs `gateway`, which it finds in `_gateway`, with the name `code_file` in `_code_file`.
  const char *start;
  const char *gateway;
  /// Where what `gateway` was compiled to is kept for the next start.
  const char *code_file;
} slipway_python_source;

/// Starts the main interpreter on the calling thread, which becomes Python's main thread, and runs the
/// gateway's Python source in it. The GIL is free when this returns.
///
/// Signal handlers are not installed. `executable` is what sys.executable is to be: everything else
/// follows from it as in that program. `number` is what the interpreter is called to the host. Returns NULL
/// and fills in `*interpreter`, or why it did not work, to be freed.
char *slipway_python_initialize(const slipway_python_host *host, const char *executable,
                                int forces_utf8, slipway_python_source source, uint32_t number,
                                slipway_python_interpreter **interpreter);

/// Starts a further interpreter, whose main thread is the calling one, which must have run no Python: with
/// modules, a sys.path and an os.environ of its own and, with `has_own_gil`, a GIL (PEP 684; CPython 3.12
/// to 3.14). The rest is as above.
char *slipway_python_add(slipway_python_interpreter *main, slipway_python_source source,
                         uint32_t number, int has_own_gil,
                         slipway_python_interpreter **interpreter);

/// Calls a function of the gateway's Python source with one text. Any thread; blocks as long as the
/// function. `*failed` tells whether it raised. Returns its result or what it raised, to be freed.
char *slipway_python_call(slipway_python_interpreter *interpreter, const char *function,
                          const char *argument, int *failed);

/// Makes the calling thread one that can run Python for the rest of its life. It holds the GIL then. To be
/// called once for each thread.
void slipway_python_attach(slipway_python_interpreter *interpreter);

/// Gives the GIL up, and takes it again.
void *slipway_python_release(void);
void slipway_python_acquire(void *state);

/// Has an application answer a request; with the GIL held. `environ` is a name and a value for each
/// variable in ISO-8859-1, each after its size as a uint32_t in the machine's order; what all requests of
/// the application have in common comes from the gateway's Python source.
void slipway_python_serve(slipway_python_interpreter *interpreter, unsigned application,
                          uint64_t exchange, const char *environ, size_t environ_size);

#endif
