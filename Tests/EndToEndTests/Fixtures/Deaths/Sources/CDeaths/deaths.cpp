#include "deaths.h"

#include <cstdint>
#include <new>
#include <stdexcept>

void death_cxx_exception(void) { throw std::runtime_error("the mast is broken"); }

void death_bad_alloc(void) {
  static volatile std::size_t count = PTRDIFF_MAX / 2;
  static char *volatile memory;
  memory = new char[count];
}
