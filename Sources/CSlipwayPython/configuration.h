#ifndef SLIPWAY_PYTHON_CONFIGURATION_H
#define SLIPWAY_PYTHON_CONFIGURATION_H

/// Initialises Python on the calling thread, which holds the GIL then: by PEP 741 where the library has
/// that, and otherwise by what came before. `executable` and `forces_utf8` are as
/// `slipway_python_initialize` has them. Returns NULL, or why it did not work, to be freed.
char *slipway_python_configure(const char *executable, int forces_utf8);

#endif
