#define _GNU_SOURCE
#include "tracing.h"

#include <sys/prctl.h>
#include <sys/socket.h>

void slipway_allow_tracing_by(int process) { prctl(PR_SET_PTRACER, (unsigned long)process, 0, 0, 0); }

long slipway_peek(int socket, void *bytes, unsigned long count) {
  return recv(socket, bytes, count, MSG_PEEK | MSG_DONTWAIT);
}
