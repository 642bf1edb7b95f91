#include <stdlib.h>
#include <string.h>

#include "configuration.h"
#include "environ.h"
#include "python.h"
#include "table.h"

/// A thread that serves requests, or the interpreter's own.
struct thread {
  unsigned long ident;
  PyThreadState *state;
  struct thread *next;
};

struct slipway_python_interpreter {
  uint32_t number;
  PyInterpreterState *state;
  /// The globals of the gateway's Python source.
  PyObject *globals;
  /// The function of it that serves a request, which is asked for often.
  PyObject *serve;
  /// What the variables of each application's requests begin with.
  PyObject *bases;
  slipway_python_names names;
  /// Guarded by the GIL; they live as long as the process image.
  struct thread *threads;
};

/// That of which a function is being called, for the functions that Python code calls in turn.
static _Thread_local slipway_python_interpreter *current;

/// Of a thread that keeps its state.
static _Thread_local PyThreadState *own_state;

/// A copy of a Python text in UTF-8, to be freed; takes the reference.
static char *copied(PyObject *text) {
  char *copy = NULL, *memory;
  Py_ssize_t size;
  PyObject *bytes =
      text ? slipway_py.PyUnicode_AsEncodedString(text, "utf-8", "backslashreplace") : NULL;
  if (bytes && !slipway_py.PyBytes_AsStringAndSize(bytes, &memory, &size)) {
    copy = malloc((size_t)size + 1);
    if (copy) memcpy(copy, memory, (size_t)size + 1);
  }
  slipway_py.PyErr_Clear();
  slipway_py.Py_DecRef(bytes);
  slipway_py.Py_DecRef(text);
  return copy ? copy : strdup("");
}

/// What has been raised, as text; nothing is raised any more.
static char *raised(void) {
  PyObject *type = NULL, *value = NULL, *traceback = NULL;
  slipway_py.PyErr_Fetch(&type, &value, &traceback);
  slipway_py.PyErr_NormalizeException(&type, &value, &traceback);
  char *text = copied(slipway_py.PyObject_Repr(value ? value : type));
  slipway_py.Py_DecRef(type);
  slipway_py.Py_DecRef(value);
  slipway_py.Py_DecRef(traceback);
  return text;
}

static PyObject *decoded(const char *text) {
  return slipway_py.PyUnicode_DecodeUTF8(text, (Py_ssize_t)strlen(text), "surrogateescape");
}

/// Has Python code find a text.
static void define(PyObject *globals, const char *name, const char *text) {
  PyObject *value = decoded(text);
  if (value) slipway_py.PyDict_SetItemString(globals, name, value);
  slipway_py.Py_DecRef(value);
}

static char *run_gateway(slipway_python_interpreter *interpreter, slipway_python_source source) {
  PyObject *module = slipway_py.PyImport_AddModule("_slipway");
  PyObject *number = slipway_py.PyLong_FromLong((long)interpreter->number);
  if (!module || !number) return raised();
  PyObject *globals = interpreter->globals = slipway_py.PyModule_GetDict(module);
  slipway_py.PyDict_SetItemString(globals, "__builtins__", slipway_py.PyEval_GetBuiltins());
  for (PyMethodDef *method = slipway_python_methods; method->ml_name; method++) {
    PyObject *function = slipway_py.PyCFunction_NewEx(method, number, NULL);
    if (!function) return raised();
    slipway_py.PyDict_SetItemString(globals, method->ml_name, function);
    slipway_py.Py_DecRef(function);
  }
  slipway_py.Py_DecRef(number);
  define(globals, "_gateway", source.gateway);
  define(globals, "_code_file", source.code_file);
  PyObject *code = slipway_py.Py_CompileString(source.start, "<slipway>", Py_file_input);
  PyObject *result = code ? slipway_py.PyEval_EvalCode(code, globals, globals) : NULL;
  slipway_py.Py_DecRef(code);
  if (!result) return raised();
  slipway_py.Py_DecRef(result);
  interpreter->serve = slipway_py.PyDict_GetItemString(globals, "serve");
  interpreter->bases = slipway_py.PyDict_GetItemString(globals, "_bases");
  return interpreter->serve && interpreter->bases
             ? NULL
             : strdup("The gateway's source has no `serve` or no `_bases`");
}

/// Has it be known where the calling thread is, which keeps its state and holds the GIL.
static void enlist(slipway_python_interpreter *interpreter) {
  struct thread *thread = malloc(sizeof *thread);
  // Without memory for it, nobody is told where the thread is stuck.
  if (!thread) return;
  *thread = (struct thread){slipway_py.PyThread_get_thread_ident(), own_state, interpreter->threads};
  interpreter->threads = thread;
}

/// Makes the current interpreter, whose GIL is held, one of the gateway's, and the calling thread its own.
static char *set_up(slipway_python_source source, uint32_t number,
                    slipway_python_interpreter **interpreter) {
  *interpreter = calloc(1, sizeof **interpreter);
  if (!*interpreter) return strdup("there is no memory for it");
  (*interpreter)->number = number;
  (*interpreter)->state = slipway_py.PyInterpreterState_Get();
  enlist(*interpreter);
  return run_gateway(*interpreter, source);
}

char *slipway_python_initialize(const slipway_python_host *host, const char *executable,
                                int forces_utf8, slipway_python_source source, uint32_t number,
                                slipway_python_interpreter **interpreter) {
  slipway_python_gateway = host;
  char *problem = slipway_python_configure(executable, forces_utf8);
  // Where it did not start there is no GIL to give up.
  if (problem) return problem;
  own_state = slipway_py.PyEval_SaveThread();
  slipway_py.PyEval_RestoreThread(own_state);
  problem = set_up(source, number, interpreter);
  slipway_py.PyEval_SaveThread();
  return problem;
}

/// Ends a state that this thread has the GIL with.
static void discard(PyThreadState *state) {
  slipway_py.PyThreadState_Clear(state);
  slipway_py.PyEval_SaveThread();
  slipway_py.PyThreadState_Delete(state);
}

/// A new interpreter, whose GIL this thread has then; NULL, and still that of the main one, if there is none.
static PyThreadState *create(int has_own_gil) {
  if (!has_own_gil) return slipway_py.Py_NewInterpreter();
  // As an interpreter beside the main one has always been, but for what a GIL of its own demands.
  const PyInterpreterConfig config = {
      .allow_fork = 1,
      .allow_exec = 1,
      .allow_threads = 1,
      .allow_daemon_threads = 1,
      .check_multi_interp_extensions = 1,
      .gil = PyInterpreterConfig_OWN_GIL,
  };
  PyThreadState *state = NULL;
  return slipway_py.Py_NewInterpreterFromConfig(&state, &config).type == 0 ? state : NULL;
}

char *slipway_python_add(slipway_python_interpreter *main, slipway_python_source source,
                         uint32_t number, int has_own_gil,
                         slipway_python_interpreter **interpreter) {
  if (has_own_gil && !slipway_py.Py_NewInterpreterFromConfig)
    return strdup("this version knows no GIL of an interpreter's own");
  PyThreadState *creator = slipway_py.PyThreadState_New(main->state);
  if (!creator) return strdup("there is no memory for it");
  slipway_py.PyEval_RestoreThread(creator);
  PyThreadState *first = create(has_own_gil);
  if (!first) {
    discard(creator);
    return strdup("there is no memory for one more interpreter");
  }
  PyInterpreterState *state = slipway_py.PyInterpreterState_Get();
  slipway_py.PyEval_SaveThread();
  // Up to 3.11, PyGILState_Ensure in an extension module finds the state that a thread got first, so this
  // one must go before the thread gets the one that it keeps. `first` stays with the interpreter, unused.
  slipway_py.PyEval_RestoreThread(creator);
  discard(creator);
  own_state = slipway_py.PyThreadState_New(state);
  if (!own_state) return strdup("there is no memory for it");
  slipway_py.PyEval_RestoreThread(own_state);
  char *problem = set_up(source, number, interpreter);
  slipway_py.PyEval_SaveThread();
  return problem;
}

char *slipway_python_call(slipway_python_interpreter *interpreter, const char *function,
                          const char *argument, int *failed) {
  PyThreadState *state =
      own_state ? own_state : slipway_py.PyThreadState_New(interpreter->state);
  *failed = 1;
  if (!state) return strdup("there is no memory for a thread's state");
  slipway_py.PyEval_RestoreThread(state);
  slipway_python_interpreter *outer = current;
  current = interpreter;
  PyObject *callable = slipway_py.PyDict_GetItemString(interpreter->globals, function);
  PyObject *text = decoded(argument);
  PyObject *result = callable && text
                         ? slipway_py.PyObject_CallFunctionObjArgs(callable, text, NULL)
                         : NULL;
  *failed = !result;
  char *answer = result ? copied(result) : raised();
  slipway_py.Py_DecRef(text);
  current = outer;
  if (own_state) {
    slipway_py.PyEval_SaveThread();
  } else {
    discard(state);
  }
  return answer;
}

void slipway_python_attach(slipway_python_interpreter *interpreter) {
  own_state = slipway_py.PyThreadState_New(interpreter->state);
  slipway_py.PyEval_RestoreThread(own_state);
  enlist(interpreter);
}

void *slipway_python_release(void) { return slipway_py.PyEval_SaveThread(); }

void slipway_python_acquire(void *state) { slipway_py.PyEval_RestoreThread(state); }

/// Not sys._current_frames: that looks at the threads of all interpreters, of which one with a GIL of its
/// own does not stand still meanwhile.
PyObject *slipway_python_frame(PyObject *self, PyObject *arguments) {
  (void)self;
  unsigned long long ident;
  if (!slipway_py.PyArg_ParseTuple(arguments, "K", &ident)) return NULL;
  for (struct thread *thread = current ? current->threads : NULL; thread; thread = thread->next) {
    if (thread->ident != ident) continue;
    PyObject *frame = (PyObject *)slipway_py.PyThreadState_GetFrame(thread->state);
    if (frame) return frame;
  }
  return slipway_python_none();
}

void slipway_python_serve(slipway_python_interpreter *interpreter, unsigned application,
                          uint64_t exchange, const char *environ, size_t environ_size) {
  PyObject *base = slipway_py.PyList_GetItem(interpreter->bases, application);
  PyObject *variables =
      base ? slipway_python_environ(&interpreter->names, base, environ, environ_size) : NULL;
  PyObject *index = slipway_py.PyLong_FromLong((long)application);
  PyObject *number = slipway_py.PyLong_FromUnsignedLongLong(exchange);
  PyObject *result =
      variables && index && number
          ? slipway_py.PyObject_CallFunctionObjArgs(interpreter->serve, index, number, variables, NULL)
          : NULL;
  // `serve` catches everything, so this is memory that there is none of.
  if (!result) slipway_py.PyErr_WriteUnraisable(interpreter->serve);
  slipway_py.Py_DecRef(result);
  slipway_py.Py_DecRef(variables);
  slipway_py.Py_DecRef(index);
  slipway_py.Py_DecRef(number);
}
