#include "environ.h"

#include <string.h>

#include "table.h"

/// Names of variables as Python has them, which most requests share: with their hash, and the very
/// objects that the application's source has. Never dropped, so there is room for a number only, and
/// what clients make up gets no place once it is taken.
static struct {
  PyObject *object;
  uint32_t size;
  char bytes[48];
} names[256];

struct span {
  const char *start;
  uint32_t size;
};

/// Takes the next text off: its size as four bytes in the machine's order, then the bytes.
static int next(struct span *text, const char **at, const char *limit) {
  if ((size_t)(limit - *at) < sizeof text->size) return 0;
  memcpy(&text->size, *at, sizeof text->size);
  *at += sizeof text->size;
  if ((size_t)(limit - *at) < text->size) return 0;
  text->start = *at;
  *at += text->size;
  return 1;
}

static PyObject *decoded(struct span text) {
  return slipway_py.PyUnicode_DecodeLatin1(text.start, (Py_ssize_t)text.size, NULL);
}

static PyObject *name(struct span text) {
  if (text.size > sizeof names->bytes) return decoded(text);
  // FNV-1a, https://datatracker.ietf.org/doc/html/draft-eastlake-fnv
  uint32_t hash = 2166136261u;
  for (uint32_t index = 0; index < text.size; index++)
    hash = (hash ^ (unsigned char)text.start[index]) * 16777619u;
  unsigned slot = (hash ^ hash >> 16) % (sizeof names / sizeof *names);
  if (!names[slot].object) {
    names[slot].object = decoded(text);
    if (!names[slot].object) return NULL;
    slipway_py.PyUnicode_InternInPlace(&names[slot].object);
    names[slot].size = text.size;
    memcpy(names[slot].bytes, text.start, text.size);
  } else if (names[slot].size != text.size ||
             memcmp(names[slot].bytes, text.start, text.size)) {
    return decoded(text);
  }
  slipway_py.Py_IncRef(names[slot].object);
  return names[slot].object;
}

PyObject *slipway_python_environ(PyObject *base, const char *bytes, size_t size) {
  PyObject *result = slipway_py.PyDict_Copy(base);
  const char *limit = bytes + size;
  for (const char *at = bytes; result && at < limit;) {
    struct span key, value;
    if (!next(&key, &at, limit) || !next(&value, &at, limit)) break;
    PyObject *variable = name(key);
    PyObject *text = variable ? decoded(value) : NULL;
    if (!text || slipway_py.PyDict_SetItem(result, variable, text)) {
      slipway_py.Py_DecRef(result);
      result = NULL;
    }
    slipway_py.Py_DecRef(variable);
    slipway_py.Py_DecRef(text);
  }
  return result;
}
