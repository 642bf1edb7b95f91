#include "table.h"

#include <dlfcn.h>

#include "python.h"

struct slipway_python_table slipway_py;

const char *slipway_python_load(void *library) {
#define SLIPWAY_LOAD(result, name, parameters)                     \
  *(void **)(&slipway_py.name) = dlsym(library, #name);            \
  if (!slipway_py.name) return #name;
  SLIPWAY_PYTHON_FUNCTIONS(SLIPWAY_LOAD)
#undef SLIPWAY_LOAD
  slipway_py.none = dlsym(library, "_Py_NoneStruct");
  if (!slipway_py.none) return "_Py_NoneStruct";
  slipway_py.utf8_mode = dlsym(library, "Py_UTF8Mode");
  return NULL;
}

const char *slipway_python_version(void) { return slipway_py.Py_GetVersion(); }
