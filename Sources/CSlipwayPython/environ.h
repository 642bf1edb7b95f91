#ifndef SLIPWAY_PYTHON_ENVIRON_H
#define SLIPWAY_PYTHON_ENVIRON_H

#include "table.h"

/// A copy of `base` with the variables of a request, which are as `slipway_python_serve` has them. NULL,
/// and an exception, if there is no memory. With the GIL held.
PyObject *slipway_python_environ(PyObject *base, const char *bytes, size_t size);

#endif
