#include "environ.h"

#include <string.h>

#include "table.h"

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

static PyObject *name(slipway_python_names *names, struct span text) {
  if (text.size > sizeof names->slots->bytes) return decoded(text);
  // FNV-1a, https://datatracker.ietf.org/doc/html/draft-eastlake-fnv
  uint32_t hash = 2166136261u;
  for (uint32_t index = 0; index < text.size; index++)
    hash = (hash ^ (unsigned char)text.start[index]) * 16777619u;
  unsigned number = (hash ^ hash >> 16) % (sizeof names->slots / sizeof *names->slots);
  slipway_python_name *slot = &names->slots[number];
  if (!slot->object) {
    slot->object = decoded(text);
    if (!slot->object) return NULL;
    slipway_py.PyUnicode_InternInPlace(&slot->object);
    slot->size = text.size;
    memcpy(slot->bytes, text.start, text.size);
  } else if (slot->size != text.size || memcmp(slot->bytes, text.start, text.size)) {
    return decoded(text);
  }
  slipway_py.Py_IncRef(slot->object);
  return slot->object;
}

PyObject *slipway_python_environ(slipway_python_names *names, PyObject *base, const char *bytes,
                                 size_t size) {
  PyObject *result = slipway_py.PyDict_Copy(base);
  const char *limit = bytes + size;
  for (const char *at = bytes; result && at < limit;) {
    struct span key, value;
    if (!next(&key, &at, limit) || !next(&value, &at, limit)) break;
    PyObject *variable = name(names, key);
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
