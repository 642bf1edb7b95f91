#include "table.h"

#include <dlfcn.h>

#include "python.h"

struct slipway_python_table slipway_py;

const char *slipway_python_load(void *library) {
#define SLIPWAY_LOAD(result, name, parameters)                     \
  *(void **)(&slipway_py.name) = dlsym(library, #name);            \
  if (!slipway_py.name) return #name;
  SLIPWAY_PYTHON_FUNCTIONS(SLIPWAY_LOAD)
  if (dlsym(library, "PyInitConfig_Create")) {
    SLIPWAY_PYTHON_INIT_CONFIG(SLIPWAY_LOAD)
  } else {
    SLIPWAY_PYTHON_GLOBAL_CONFIG(SLIPWAY_LOAD)
  }
#undef SLIPWAY_LOAD
#define SLIPWAY_LOAD_OBJECT(field, name)    \
  slipway_py.field = dlsym(library, #name); \
  if (!slipway_py.field) return #name;
  SLIPWAY_LOAD_OBJECT(none, _Py_NoneStruct)
  SLIPWAY_LOAD_OBJECT(unicode_type, PyUnicode_Type)
  SLIPWAY_LOAD_OBJECT(list_type, PyList_Type)
  SLIPWAY_LOAD_OBJECT(tuple_type, PyTuple_Type)
#undef SLIPWAY_LOAD_OBJECT
  slipway_py.utf8_mode = dlsym(library, "Py_UTF8Mode");
  *(void **)(&slipway_py.Py_NewInterpreterFromConfig) =
      dlsym(library, "Py_NewInterpreterFromConfig");
  return NULL;
}

PyObject *slipway_python_none(void) {
  slipway_py.Py_IncRef(slipway_py.none);
  return slipway_py.none;
}

const char *slipway_python_version(void) { return slipway_py.Py_GetVersion(); }
