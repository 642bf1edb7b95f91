#define _GNU_SOURCE
#include "threads.h"

#include <pthread.h>
#include <string.h>
#include <unistd.h>

void slipway_name_thread(const char *name) {
  char kept[16] = {0};
  strncpy(kept, name, sizeof kept - 1);
  pthread_setname_np(pthread_self(), kept);
}

int slipway_is_main_thread(void) {
  return gettid() == getpid();
}
