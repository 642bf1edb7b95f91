#ifndef SLIPWAY_PYTHON_TABLE_H
#define SLIPWAY_PYTHON_TABLE_H

#include <stddef.h>
#include <stdint.h>

// CPython's types are opaque here but for PyMethodDef, whose layout is part of the stable ABI:
// https://docs.python.org/3/c-api/structures.html
typedef struct PyObject PyObject;
typedef struct PyThreadState PyThreadState;
typedef struct PyInterpreterState PyInterpreterState;
typedef struct PyFrameObject PyFrameObject;
typedef struct PyInitConfig PyInitConfig;
typedef ptrdiff_t Py_ssize_t;
typedef PyObject *(*PyCFunction)(PyObject *, PyObject *);

typedef struct PyMethodDef {
  const char *ml_name;
  PyCFunction ml_meth;
  int ml_flags;
  const char *ml_doc;
} PyMethodDef;

// PEP 684. No part of the stable ABI, but the same in 3.12, 3.13 and 3.14: others are not asked.
typedef struct PyInterpreterConfig {
  int use_main_obmalloc;
  int allow_fork;
  int allow_exec;
  int allow_threads;
  int allow_daemon_threads;
  int check_multi_interp_extensions;
  int gil;
} PyInterpreterConfig;

enum { PyInterpreterConfig_OWN_GIL = 2 };

typedef struct PyStatus {
  int type;
  const char *func;
  const char *err_msg;
  int exitcode;
} PyStatus;

enum { METH_VARARGS = 0x0001, Py_file_input = 257 };

// One line for each function: result, name, parameters.
#define SLIPWAY_PYTHON_FUNCTIONS(F)                                                              \
  F(const char *, Py_GetVersion, (void))                                                         \
  F(PyThreadState *, PyEval_SaveThread, (void))                                                  \
  F(void, PyEval_RestoreThread, (PyThreadState *))                                               \
  F(PyThreadState *, PyThreadState_New, (PyInterpreterState *))                                  \
  F(void, PyThreadState_Clear, (PyThreadState *))                                                \
  F(void, PyThreadState_Delete, (PyThreadState *))                                               \
  F(PyFrameObject *, PyThreadState_GetFrame, (PyThreadState *))                                  \
  F(PyInterpreterState *, PyInterpreterState_Get, (void))                                        \
  F(PyThreadState *, Py_NewInterpreter, (void))                                                  \
  F(unsigned long, PyThread_get_thread_ident, (void))                                            \
  F(void, Py_IncRef, (PyObject *))                                                               \
  F(void, Py_DecRef, (PyObject *))                                                               \
  F(void, PyErr_Fetch, (PyObject **, PyObject **, PyObject **))                                  \
  F(void, PyErr_NormalizeException, (PyObject **, PyObject **, PyObject **))                     \
  F(void, PyErr_Clear, (void))                                                                   \
  F(void, PyErr_WriteUnraisable, (PyObject *))                                                   \
  F(PyObject *, PyImport_AddModule, (const char *))                                              \
  F(PyObject *, PyModule_GetDict, (PyObject *))                                                  \
  F(PyObject *, PyDict_Copy, (PyObject *))                                                       \
  F(int, PyDict_SetItem, (PyObject *, PyObject *, PyObject *))                                   \
  F(int, PyDict_SetItemString, (PyObject *, const char *, PyObject *))                           \
  F(PyObject *, PyDict_GetItemString, (PyObject *, const char *))                                \
  F(PyObject *, PyEval_GetBuiltins, (void))                                                      \
  F(PyObject *, PyUnicode_DecodeLatin1, (const char *, Py_ssize_t, const char *))                \
  F(PyObject *, PyUnicode_DecodeUTF8, (const char *, Py_ssize_t, const char *))                  \
  F(PyObject *, PyUnicode_AsEncodedString, (PyObject *, const char *, const char *))             \
  F(PyObject *, PyObject_Repr, (PyObject *))                                                     \
  F(const char *, PyUnicode_AsUTF8AndSize, (PyObject *, Py_ssize_t *))                           \
  F(void, PyUnicode_InternInPlace, (PyObject **))                                                \
  F(PyObject *, PyObject_Type, (PyObject *))                                                     \
  F(Py_ssize_t, PyList_Size, (PyObject *))                                                       \
  F(PyObject *, PyList_GetItem, (PyObject *, Py_ssize_t))                                        \
  F(Py_ssize_t, PyTuple_Size, (PyObject *))                                                      \
  F(PyObject *, PyTuple_GetItem, (PyObject *, Py_ssize_t))                                       \
  F(PyObject *, PyTuple_Pack, (Py_ssize_t, ...))                                                 \
  F(PyObject *, PyBytes_FromStringAndSize, (const char *, Py_ssize_t))                           \
  F(int, PyBytes_AsStringAndSize, (PyObject *, char **, Py_ssize_t *))                           \
  F(int, _PyBytes_Resize, (PyObject **, Py_ssize_t))                                             \
  F(PyObject *, PyLong_FromUnsignedLongLong, (unsigned long long))                               \
  F(unsigned long long, PyLong_AsUnsignedLongLong, (PyObject *))                                 \
  F(PyObject *, PyLong_FromLongLong, (long long))                                                \
  F(PyObject *, PyLong_FromLong, (long))                                                         \
  F(PyObject *, PyObject_CallFunctionObjArgs, (PyObject *, ...))                                 \
  F(PyObject *, PyCFunction_NewEx, (PyMethodDef *, PyObject *, PyObject *))                      \
  F(PyObject *, Py_CompileString, (const char *, const char *, int))                             \
  F(PyObject *, PyEval_EvalCode, (PyObject *, PyObject *, PyObject *))                           \
  F(int, PyArg_ParseTuple, (PyObject *, const char *, ...))

// Configuration, of which a library has one of two kinds: PEP 741, from 3.14 on,
#define SLIPWAY_PYTHON_INIT_CONFIG(F)                                                            \
  F(PyInitConfig *, PyInitConfig_Create, (void))                                                 \
  F(void, PyInitConfig_Free, (PyInitConfig *))                                                   \
  F(int, PyInitConfig_GetError, (PyInitConfig *, const char **))                                 \
  F(int, PyInitConfig_HasOption, (PyInitConfig *, const char *))                                 \
  F(int, PyInitConfig_SetInt, (PyInitConfig *, const char *, int64_t))                           \
  F(int, PyInitConfig_SetStr, (PyInitConfig *, const char *, const char *))                      \
  F(int, Py_InitializeFromInitConfig, (PyInitConfig *))

// and what came before, which is to be removed from Python.
#define SLIPWAY_PYTHON_GLOBAL_CONFIG(F)                                                          \
  F(void, Py_SetProgramName, (const wchar_t *))                                                  \
  F(wchar_t *, Py_DecodeLocale, (const char *, size_t *))                                        \
  F(void, Py_InitializeEx, (int))

struct slipway_python_table {
#define SLIPWAY_FIELD(result, name, parameters) result(*name) parameters;
  SLIPWAY_PYTHON_FUNCTIONS(SLIPWAY_FIELD)
  SLIPWAY_PYTHON_INIT_CONFIG(SLIPWAY_FIELD)
  SLIPWAY_PYTHON_GLOBAL_CONFIG(SLIPWAY_FIELD)
#undef SLIPWAY_FIELD
  PyObject *none, *unicode_type, *list_type, *tuple_type;
  /// NULL where the version has none.
  int *utf8_mode;
  PyStatus (*Py_NewInterpreterFromConfig)(PyThreadState **, const PyInterpreterConfig *);
};

/// Filled once, by `slipway_python_load`, before there is a second thread that looks.
extern struct slipway_python_table slipway_py;

/// A new reference to None.
PyObject *slipway_python_none(void);

/// The functions that the gateway's Python source finds among its globals; ends with an empty one.
extern PyMethodDef slipway_python_methods[];

/// One of them, which looks at a response's head: see `_checked_head` in gateway.py.
PyObject *slipway_python_head(PyObject *self, PyObject *arguments);

/// One of them: the innermost frame of a thread that runs requests.
PyObject *slipway_python_frame(PyObject *self, PyObject *arguments);

/// Whom they call.
extern const struct slipway_python_host *slipway_python_gateway;

#endif
