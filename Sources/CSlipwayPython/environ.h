#ifndef SLIPWAY_PYTHON_ENVIRON_H
#define SLIPWAY_PYTHON_ENVIRON_H

#include "table.h"

typedef struct slipway_python_name {
  PyObject *object;
  uint32_t size;
  char bytes[48];
} slipway_python_name;

/// Names of variables as Python has them, which most requests share: with their hash, and the very
/// objects that the application's source has. Never dropped, so there is room for a number only, and
/// what clients make up gets no place once it is taken.
typedef struct slipway_python_names {
  slipway_python_name slots[256];
} slipway_python_names;

/// A copy of `base` with the variables of a request, which are as `slipway_python_serve` has them. NULL,
/// and an exception, if there is no memory. With the GIL held; `names` are the interpreter's.
PyObject *slipway_python_environ(slipway_python_names *names, PyObject *base, const char *bytes,
                                 size_t size);

#endif
