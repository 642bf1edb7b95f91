#include <stdlib.h>
#include <string.h>

#include "configuration.h"
#include "environ.h"
#include "python.h"
#include "table.h"

/// The globals of the gateway's Python source.
static PyObject *globals;

/// The function of it that serves a request, which is asked for often.
static PyObject *serve;

/// What the variables of each application's requests begin with.
static PyObject *bases;

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

static char *run_gateway(const char *source) {
  PyObject *module = slipway_py.PyImport_AddModule("_slipway");
  if (!module) return raised();
  globals = slipway_py.PyModule_GetDict(module);
  slipway_py.PyDict_SetItemString(globals, "__builtins__", slipway_py.PyEval_GetBuiltins());
  for (PyMethodDef *method = slipway_python_methods; method->ml_name; method++) {
    PyObject *function = slipway_py.PyCFunction_NewEx(method, NULL, NULL);
    if (!function) return raised();
    slipway_py.PyDict_SetItemString(globals, method->ml_name, function);
    slipway_py.Py_DecRef(function);
  }
  PyObject *code = slipway_py.Py_CompileString(source, "<slipway>", Py_file_input);
  PyObject *result = code ? slipway_py.PyEval_EvalCode(code, globals, globals) : NULL;
  slipway_py.Py_DecRef(code);
  if (!result) return raised();
  slipway_py.Py_DecRef(result);
  serve = slipway_py.PyDict_GetItemString(globals, "serve");
  bases = slipway_py.PyDict_GetItemString(globals, "_bases");
  return serve && bases ? NULL : strdup("The gateway's source has no `serve` or no `_bases`");
}

char *slipway_python_initialize(const slipway_python_host *host, const char *executable,
                                int forces_utf8, const char *source) {
  slipway_python_gateway = host;
  char *problem = slipway_python_configure(executable, forces_utf8);
  // Where it did not start there is no GIL to give up.
  if (problem) return problem;
  problem = run_gateway(source);
  slipway_py.PyEval_SaveThread();
  return problem;
}

char *slipway_python_call(const char *function, const char *argument, int *failed) {
  int state = slipway_py.PyGILState_Ensure();
  PyObject *callable = slipway_py.PyDict_GetItemString(globals, function);
  PyObject *text = slipway_py.PyUnicode_DecodeUTF8(argument, (Py_ssize_t)strlen(argument),
                                                   "surrogateescape");
  PyObject *result = callable && text
                         ? slipway_py.PyObject_CallFunctionObjArgs(callable, text, NULL)
                         : NULL;
  *failed = !result;
  char *answer = result ? copied(result) : raised();
  slipway_py.Py_DecRef(text);
  slipway_py.PyGILState_Release(state);
  return answer;
}

void slipway_python_attach(void) { slipway_py.PyGILState_Ensure(); }

void *slipway_python_release(void) { return slipway_py.PyEval_SaveThread(); }

void slipway_python_acquire(void *state) { slipway_py.PyEval_RestoreThread(state); }

void slipway_python_serve(unsigned application, uint64_t exchange, const char *environ,
                          size_t environ_size) {
  PyObject *base = slipway_py.PyList_GetItem(bases, application);
  PyObject *variables = base ? slipway_python_environ(base, environ, environ_size) : NULL;
  PyObject *index = slipway_py.PyLong_FromLong((long)application);
  PyObject *number = slipway_py.PyLong_FromUnsignedLongLong(exchange);
  PyObject *result =
      variables && index && number
          ? slipway_py.PyObject_CallFunctionObjArgs(serve, index, number, variables, NULL)
          : NULL;
  // `serve` catches everything, so this is memory that there is none of.
  if (!result) slipway_py.PyErr_WriteUnraisable(serve);
  slipway_py.Py_DecRef(result);
  slipway_py.Py_DecRef(variables);
  slipway_py.Py_DecRef(index);
  slipway_py.Py_DecRef(number);
}
