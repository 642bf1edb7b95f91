#include "freed_memory.h"

#include <malloc.h>

void slipway_keep_freed_memory(void) {
  mallopt(M_TRIM_THRESHOLD, 32 << 20);
  // Having been told one, it no longer finds the other out: what is smaller is not mapped by itself.
  mallopt(M_MMAP_THRESHOLD, 4 << 20);
}
