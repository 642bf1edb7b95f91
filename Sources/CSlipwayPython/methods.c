#include "python.h"
#include "table.h"

// What Python code calls: arguments are taken apart with the GIL held, and what may block is called
// without it. The bytes stay where they are meanwhile, for the arguments hold them. `self` is the number
// of the interpreter.

const slipway_python_host *slipway_python_gateway;

static PyObject *read_body(PyObject *self, PyObject *arguments) {
  (void)self;
  unsigned long long exchange;
  Py_ssize_t capacity, least;
  if (!slipway_py.PyArg_ParseTuple(arguments, "Knn", &exchange, &capacity, &least)) return NULL;
  PyObject *bytes = slipway_py.PyBytes_FromStringAndSize(NULL, capacity);
  char *memory;
  Py_ssize_t size;
  if (!bytes || slipway_py.PyBytes_AsStringAndSize(bytes, &memory, &size)) return NULL;
  PyThreadState *state = slipway_py.PyEval_SaveThread();
  int64_t count = slipway_python_gateway->read(exchange, memory, (size_t)capacity, (size_t)least);
  slipway_py.PyEval_RestoreThread(state);
  if (count < 0) {
    slipway_py.Py_DecRef(bytes);
    return slipway_python_none();
  }
  // Nobody else knows them yet. Without memory they are NULL then.
  slipway_py._PyBytes_Resize(&bytes, (Py_ssize_t)count);
  return bytes;
}

static PyObject *respond(PyObject *self, PyObject *arguments) {
  (void)self;
  unsigned long long exchange;
  int status;
  PyObject *fields, *body;
  char *fields_start, *body_start;
  Py_ssize_t fields_size, body_size;
  if (!slipway_py.PyArg_ParseTuple(arguments, "KiOO", &exchange, &status, &fields, &body) ||
      slipway_py.PyBytes_AsStringAndSize(fields, &fields_start, &fields_size) ||
      slipway_py.PyBytes_AsStringAndSize(body, &body_start, &body_size))
    return NULL;
  slipway_python_gateway->respond(exchange, status, fields_start, (size_t)fields_size, body_start,
                                  (size_t)body_size);
  return slipway_python_none();
}

static PyObject *start(PyObject *self, PyObject *arguments) {
  (void)self;
  unsigned long long exchange;
  int status;
  PyObject *fields;
  char *fields_start;
  Py_ssize_t fields_size;
  if (!slipway_py.PyArg_ParseTuple(arguments, "KiO", &exchange, &status, &fields) ||
      slipway_py.PyBytes_AsStringAndSize(fields, &fields_start, &fields_size))
    return NULL;
  slipway_python_gateway->start(exchange, status, fields_start, (size_t)fields_size);
  return slipway_python_none();
}

static PyObject *write_body(PyObject *self, PyObject *arguments) {
  (void)self;
  unsigned long long exchange;
  PyObject *bytes;
  char *memory;
  Py_ssize_t size;
  if (!slipway_py.PyArg_ParseTuple(arguments, "KO", &exchange, &bytes) ||
      slipway_py.PyBytes_AsStringAndSize(bytes, &memory, &size))
    return NULL;
  // To give the GIL up costs more than to copy a small piece: another thread has it then, for a while.
  PyThreadState *state = size > 256 * 1024 ? slipway_py.PyEval_SaveThread() : NULL;
  int is_seen = slipway_python_gateway->write(exchange, memory, (size_t)size);
  if (is_seen < 0) {
    if (!state) state = slipway_py.PyEval_SaveThread();
    is_seen = slipway_python_gateway->drain(exchange);
  }
  if (state) slipway_py.PyEval_RestoreThread(state);
  return slipway_py.PyLong_FromLong(is_seen);
}

static PyObject *send_file(PyObject *self, PyObject *arguments) {
  (void)self;
  unsigned long long exchange;
  int descriptor;
  long long offset, count;
  if (!slipway_py.PyArg_ParseTuple(arguments, "KiLL", &exchange, &descriptor, &offset, &count))
    return NULL;
  PyThreadState *state = slipway_py.PyEval_SaveThread();
  int is_seen = slipway_python_gateway->send_file(exchange, descriptor, offset, count);
  slipway_py.PyEval_RestoreThread(state);
  return slipway_py.PyLong_FromLong(is_seen);
}

static PyObject *finish(PyObject *self, PyObject *arguments) {
  (void)self;
  unsigned long long exchange;
  if (!slipway_py.PyArg_ParseTuple(arguments, "K", &exchange)) return NULL;
  slipway_python_gateway->finish(exchange);
  return slipway_python_none();
}

static PyObject *fail(PyObject *self, PyObject *arguments) {
  (void)self;
  unsigned long long exchange;
  PyObject *report;
  char *memory;
  Py_ssize_t size;
  if (!slipway_py.PyArg_ParseTuple(arguments, "KO", &exchange, &report) ||
      slipway_py.PyBytes_AsStringAndSize(report, &memory, &size))
    return NULL;
  slipway_python_gateway->fail(exchange, memory, (size_t)size);
  return slipway_python_none();
}

static PyObject *imported(PyObject *self, PyObject *arguments) {
  (void)arguments;
  slipway_python_gateway->imported((uint32_t)slipway_py.PyLong_AsUnsignedLongLong(self));
  return slipway_python_none();
}

PyMethodDef slipway_python_methods[] = {
    {"_head", slipway_python_head, METH_VARARGS, NULL},
    {"_read", read_body, METH_VARARGS, NULL},
    {"_respond", respond, METH_VARARGS, NULL},
    {"_start", start, METH_VARARGS, NULL},
    {"_write", write_body, METH_VARARGS, NULL},
    {"_send_file", send_file, METH_VARARGS, NULL},
    {"_finish", finish, METH_VARARGS, NULL},
    {"_fail", fail, METH_VARARGS, NULL},
    {"_imported", imported, METH_VARARGS, NULL},
    {"_frame_of", slipway_python_frame, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};
