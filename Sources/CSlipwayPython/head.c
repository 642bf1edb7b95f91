#include <string.h>

#include "table.h"

// The usual case of a response's head, checked without making an object of each part. What it is not
// sure of it leaves to the gateway's `_checked_head`, which also says what is wrong.

static int is_exactly(PyObject *object, PyObject *type) {
  PyObject *own = slipway_py.PyObject_Type(object);
  slipway_py.Py_DecRef(own);
  return own == type;
}

/// The characters of a str; NULL for anything else, and for one that has controls or is not ASCII.
static const char *plain(PyObject *object, Py_ssize_t *size) {
  if (!is_exactly(object, slipway_py.unicode_type)) return NULL;
  const char *text = slipway_py.PyUnicode_AsUTF8AndSize(object, size);
  // A surrogate, or no memory.
  if (!text) slipway_py.PyErr_Clear();
  for (Py_ssize_t index = 0; text && index < *size; index++) {
    unsigned char byte = (unsigned char)text[index];
    if ((byte < ' ' && byte != '\t') || byte >= 0x7f) return NULL;
  }
  return text;
}

/// The number that so many digits are, few enough for it; -1 if they are none.
static long long number(const char *digits, Py_ssize_t count) {
  if (count < 1 || count > 18) return -1;
  long long value = 0;
  for (Py_ssize_t index = 0; index < count; index++) {
    if (digits[index] < '0' || digits[index] > '9') return -1;
    value = value * 10 + (digits[index] - '0');
  }
  return value;
}

static int is_name(const char *text, Py_ssize_t size) {
  // RFC 9110, section 5.6.2. Not strspn(3), which makes such a table in each call.
  static const char is_token[256] = {
      ['0' ... '9'] = 1, ['A' ... 'Z'] = 1, ['a' ... 'z'] = 1, ['!'] = 1,  ['#'] = 1, ['$'] = 1,
      ['%'] = 1,         ['&'] = 1,         ['\''] = 1,        ['*'] = 1,  ['+'] = 1, ['-'] = 1,
      ['.'] = 1,         ['^'] = 1,         ['_'] = 1,         ['`'] = 1,  ['|'] = 1, ['~'] = 1,
  };
  for (Py_ssize_t index = 0; index < size; index++)
    if (!is_token[(unsigned char)text[index]]) return 0;
  return size > 0;
}

/// Whether the names are one, apart from ASCII case; strcasecmp(3) asks the locale. What bit 5 makes equal
/// beside letters are controls, which no name has.
static int is_named(const char *name, const char *lowercase) {
  while (*name && (*name | 0x20) == *lowercase) name++, lowercase++;
  return *name == *lowercase;
}

static int is_hop_by_hop(const char *name) {
  static const char *const names[] = {"connection", "keep-alive", "proxy-authenticate",
                                      "proxy-authorization", "te", "trailers",
                                      "transfer-encoding", "upgrade"};
  for (size_t index = 0; index < sizeof names / sizeof *names; index++)
    if (is_named(name, names[index])) return 1;
  return 0;
}

static PyObject *unsure(void) { return slipway_python_none(); }

static PyObject *result(long long status, const char *fields, Py_ssize_t size, long long length) {
  PyObject *code = slipway_py.PyLong_FromLong((long)status);
  PyObject *bytes = slipway_py.PyBytes_FromStringAndSize(fields, size);
  PyObject *announced = length < 0 ? unsure() : slipway_py.PyLong_FromLongLong(length);
  PyObject *tuple =
      code && bytes && announced ? slipway_py.PyTuple_Pack(3, code, bytes, announced) : NULL;
  slipway_py.Py_DecRef(code);
  slipway_py.Py_DecRef(bytes);
  slipway_py.Py_DecRef(announced);
  return tuple;
}

PyObject *slipway_python_head(PyObject *self, PyObject *arguments) {
  (void)self;
  PyObject *status, *headers;
  if (!slipway_py.PyArg_ParseTuple(arguments, "OO", &status, &headers)) return NULL;
  Py_ssize_t size;
  const char *line = plain(status, &size);
  if (!line || size < 3 || (size > 3 && line[3] != ' ')) return unsure();
  long long code = number(line, 3), length = -1;
  if (code < 200 || code > 599 || !is_exactly(headers, slipway_py.list_type)) return unsure();
  char fields[4096];
  Py_ssize_t used = 0, count = slipway_py.PyList_Size(headers);
  for (Py_ssize_t index = 0; index < count; index++) {
    PyObject *header = slipway_py.PyList_GetItem(headers, index);
    if (!is_exactly(header, slipway_py.tuple_type) || slipway_py.PyTuple_Size(header) != 2)
      return unsure();
    Py_ssize_t name_size, value_size;
    const char *name = plain(slipway_py.PyTuple_GetItem(header, 0), &name_size);
    const char *value = plain(slipway_py.PyTuple_GetItem(header, 1), &value_size);
    if (!name || !value || !is_name(name, name_size) || is_hop_by_hop(name)) return unsure();
    if (is_named(name, "content-length") && (length = number(value, value_size)) < 0)
      return unsure();
    // Name and value have a NUL behind them each.
    if (name_size + value_size + 2 > (Py_ssize_t)sizeof fields - used) return unsure();
    memcpy(fields + used, name, (size_t)name_size + 1);
    used += name_size + 1;
    memcpy(fields + used, value, (size_t)value_size + 1);
    used += value_size + 1;
  }
  return result(code, fields, used, length);
}
