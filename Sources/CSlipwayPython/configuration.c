#include "configuration.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "table.h"

/// Variables that Python would end the process for if they were no numbers. PyInitConfig has numbers for
/// them already, so it has to be told; the older functions look at them themselves.
static const struct {
  const char *name, *option;
} variables[] = {
    {"PYTHONHASHSEED", "hash_seed"},
    {"PYTHONTRACEMALLOC", "tracemalloc"},
    {"PYTHONINTMAXSTRDIGITS", "int_max_str_digits"},
};

/// Set to what python(1) has, where an embedded interpreter is isolated otherwise: -1 is "as the
/// environment has it".
static const struct {
  const char *name;
  int64_t value;
} options[] = {
    {"isolated", 0},
    {"use_environment", 1},
    {"user_site_directory", 1},
    {"safe_path", 0},
    {"configure_locale", 1},
    {"thread_inherit_context", -1},
    {"context_aware_warnings", -1},
    // Ctrl-C is the server's.
    {"install_signal_handlers", 0},
};

/// What Python says is wrong, to be freed.
static char *complaint(PyInitConfig *config) {
  const char *message = NULL;
  if (slipway_py.PyInitConfig_GetError(config, &message) == 1 && message) return strdup(message);
  return strdup("it does not say why");
}

/// A name that a version does not know is one that it needs not be told.
static int set(PyInitConfig *config, const char *option, int64_t value) {
  if (!slipway_py.PyInitConfig_HasOption(config, option)) return 0;
  return slipway_py.PyInitConfig_SetInt(config, option, value);
}

/// What a variable says; -1 for nothing.
static long long number(const char *name) {
  const char *text = getenv(name);
  return text && *text && strcmp(text, "random") ? strtoll(text, NULL, 10) : -1;
}

/// What is wrong with one of the variables, to be freed; NULL if nothing is.
static char *check_variables(void) {
  for (size_t index = 0; index < sizeof variables / sizeof *variables; index++) {
    const char *text = getenv(variables[index].name);
    if (!text || !strcmp(text, "random") || text[strspn(text, "0123456789")] == 0) continue;
    char said[160];
    snprintf(said, sizeof said, "the variable %s is no number: %.40s", variables[index].name, text);
    return strdup(said);
  }
  return NULL;
}

static int set_variables(PyInitConfig *config) {
  for (size_t index = 0; index < sizeof variables / sizeof *variables; index++) {
    long long value = number(variables[index].name);
    if (value >= 0 && set(config, variables[index].option, value) < 0) return -1;
  }
  if (number("PYTHONHASHSEED") >= 0 && set(config, "use_hash_seed", 1) < 0) return -1;
  // Any text turns this mode on, 0 too.
  const char *mode = getenv("PYTHONDEVMODE");
  if (mode && *mode && set(config, "dev_mode", 1) < 0) return -1;
  return number("PYTHONPERFSUPPORT") > 0 ? set(config, "perf_profiling", 1) : 0;
}

/// PEP 540: the variable has the first word.
static int utf8_mode(int forces_utf8) {
  const char *text = getenv("PYTHONUTF8");
  return text && (!strcmp(text, "0") || !strcmp(text, "1")) ? *text - '0' : forces_utf8 != 0;
}

static int fill_in(PyInitConfig *config, const char *executable, int forces_utf8) {
  for (size_t index = 0; index < sizeof options / sizeof *options; index++)
    if (set(config, options[index].name, options[index].value) < 0) return -1;
  if (set_variables(config) < 0 || set(config, "utf8_mode", forces_utf8) < 0) return -1;
  return slipway_py.PyInitConfig_SetStr(config, "program_name", executable);
}

/// PEP 741: what is wrong is said, where the older functions end the process.
static char *initialize(const char *executable, int forces_utf8) {
  PyInitConfig *config = slipway_py.PyInitConfig_Create();
  if (!config) return strdup("there is no memory for it");
  char *problem = NULL;
  if (fill_in(config, executable, forces_utf8) < 0 ||
      slipway_py.Py_InitializeFromInitConfig(config) < 0)
    problem = complaint(config);
  slipway_py.PyInitConfig_Free(config);
  return problem;
}

char *slipway_python_configure(const char *executable, int forces_utf8) {
  char *problem = check_variables();
  if (problem) return problem;
  forces_utf8 = utf8_mode(forces_utf8);
  if (slipway_py.PyInitConfig_Create) return initialize(executable, forces_utf8);
  if (forces_utf8 && slipway_py.utf8_mode) *slipway_py.utf8_mode = 1;
  // Never freed: Python keeps the pointer.
  wchar_t *name = slipway_py.Py_DecodeLocale(executable, NULL);
  if (!name) return strdup("The interpreter's path cannot be decoded");
  slipway_py.Py_SetProgramName(name);
  // 0: Ctrl-C is the server's.
  slipway_py.Py_InitializeEx(0);
  return NULL;
}
