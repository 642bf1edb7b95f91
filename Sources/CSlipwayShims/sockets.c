#define _GNU_SOURCE
#include "sockets.h"

#include <stddef.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

int slipway_accept(int listener) {
  return accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

int slipway_wake_up(void) { return eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC); }
