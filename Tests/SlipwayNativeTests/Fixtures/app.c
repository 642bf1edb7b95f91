// A full application: each path does one thing that the interface allows.
#include "slipway.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const slipway_host *host;

/// Contexts that callbacks still have to release. Each counts down before it lets anybody know of
/// its end: a test that has heard of the end asks for the count at once, on another event loop.
static atomic_int live;

static slipway_bytes text(const char *string) {
  return (slipway_bytes){(const uint8_t *)string, strlen(string)};
}

static void log_line(const char *message) {
  host->log(host->context, SLIPWAY_LOG_INFO, text("app.c"), text(message));
}

static int is(slipway_bytes bytes, const char *string) {
  return bytes.count == strlen(string) && memcmp(bytes.start, string, bytes.count) == 0;
}

static slipway_response plain(void) {
  static const slipway_field fields[] = {
      {{(const uint8_t *)"Content-Type", 12}, {(const uint8_t *)"text/plain", 10}}};
  return (slipway_response){
      .size = sizeof(slipway_response), .status = 200, .fields = fields, .field_count = 1};
}

static void respond(slipway_exchange *exchange, const char *body) {
  slipway_response response = plain();
  host->respond(exchange, &response, text(body));
}

// What the request says

static size_t put(char *out, size_t at, size_t room, const char *name, slipway_bytes value) {
  int count = snprintf(out + at, room - at, "%s=%.*s\n", name, (int)value.count,
                       value.start ? (const char *)value.start : "");
  return count < 0 || at + (size_t)count >= room ? at : at + (size_t)count;
}

static void describe(slipway_exchange *exchange, const slipway_request *request) {
  char out[8192];
  size_t at = 0, room = sizeof out;
  at = put(out, at, room, "method", request->method);
  at = put(out, at, room, "target", request->target);
  at = put(out, at, room, "scheme", request->scheme);
  at = put(out, at, room, "authority", request->authority);
  at = put(out, at, room, "prefix", request->mount_prefix);
  at = put(out, at, room, "path", request->path);
  at = put(out, at, room, "query", request->query);
  at = put(out, at, room, "peer", request->peer_address);
  for (size_t i = 0; i < request->field_count; i++) {
    char name[256];
    snprintf(name, sizeof name, "field %.*s", (int)request->fields[i].name.count,
             (const char *)request->fields[i].name.start);
    at = put(out, at, room, name, request->fields[i].value);
  }
  at += (size_t)snprintf(out + at, room - at, "length=%lld\nminor=%d\nport=%d\n",
                         (long long)request->content_length, request->http_minor_version,
                         request->peer_port != 0);
  respond(exchange, out);
}

// The body sent back as it comes, with its size as a trailer

typedef struct {
  slipway_exchange *exchange;
  size_t total;
} echo;

static void echo_received(void *, slipway_read_status, slipway_bytes, const slipway_field *,
                          size_t);

static void release(echo *state) {
  free(state);
  atomic_fetch_sub(&live, 1);
}

static void echo_written(void *context, slipway_write_status status) {
  echo *state = context;
  if (status == SLIPWAY_WRITE_GONE) {
    slipway_exchange *exchange = state->exchange;
    release(state);
    host->fail(exchange, text("the client is gone"));
    return;
  }
  host->read(state->exchange, 64 * 1024, echo_received, state);
}

static void echo_received(void *context, slipway_read_status status, slipway_bytes bytes,
                          const slipway_field *trailers, size_t count) {
  echo *state = context;
  slipway_exchange *exchange = state->exchange;
  switch (status) {
  case SLIPWAY_READ_BYTES:
    state->total += bytes.count;
    host->write(exchange, bytes, echo_written, state);
    return;
  case SLIPWAY_READ_END: {
    char total[32];
    snprintf(total, sizeof total, "%zu", state->total);
    slipway_field fields[2] = {{text("X-Total"), text(total)}};
    if (count > 0) fields[1] = trailers[0];
    release(state);
    host->finish(exchange, fields, count > 0 ? 2 : 1);
    return;
  }
  case SLIPWAY_READ_FAILED:
    release(state);
    host->fail(exchange, text("the body is incomplete"));
    return;
  }
}

static void begin_echo(slipway_exchange *exchange) {
  echo *state = malloc(sizeof *state);
  atomic_fetch_add(&live, 1);
  *state = (echo){exchange, 0};
  slipway_response response = plain();
  host->start(exchange, &response);
  host->read(exchange, 64 * 1024, echo_received, state);
}

// A tunnel: the bytes of a protocol called echo, sent back until the client shuts its side

static void begin_tunnel(slipway_exchange *exchange, const slipway_request *request) {
  slipway_field fields[] = {{text("Upgrade"), text("echo")}};
  slipway_response response = {
      .size = sizeof response, .status = 101, .fields = fields, .field_count = 1};
  if (!SLIPWAY_HAS(slipway_request, request, upgrade) || !is(request->upgrade, "echo")) {
    response.status = 426;
    host->respond(exchange, &response, text("Speak echo\n"));
    return;
  }
  echo *state = malloc(sizeof *state);
  atomic_fetch_add(&live, 1);
  *state = (echo){exchange, 0};
  host->start(exchange, &response);
  host->read(exchange, 64 * 1024, echo_received, state);
}

// The request's first X-Size field, sent back as it is

static void mirror(slipway_exchange *exchange, const slipway_request *request) {
  slipway_response response = plain();
  for (size_t i = 0; i < request->field_count; i++) {
    if (!is(request->fields[i].name, "X-Size")) continue;
    response.fields = &request->fields[i];
    break;
  }
  host->start(exchange, &response);
  host->finish(exchange, response.fields, 1);
}

// A response without end

static void tick(void *context, slipway_write_status status) {
  slipway_exchange *exchange = context;
  if (status == SLIPWAY_WRITE_DONE)
    host->write(exchange, text("tick\n"), tick, exchange);
  else
    host->finish(exchange, NULL, 0);
}

static void stream_gone(void *context, slipway_gone_status status) {
  (void)context;
  atomic_fetch_sub(&live, 1);
  log_line(status == SLIPWAY_GONE_NOW ? "client gone" : "exchange ended");
}

static void begin_stream(slipway_exchange *exchange) {
  slipway_response response = plain();
  atomic_fetch_add(&live, 1);
  host->when_gone(exchange, stream_gone, NULL);
  host->start(exchange, &response);
  tick(exchange, SLIPWAY_WRITE_DONE);
}

// An exchange that waits until the client goes

static void wait_gone(void *context, slipway_gone_status status) {
  (void)status;
  atomic_fetch_sub(&live, 1);
  host->fail(context, text("nobody waits any more"));
  log_line("waited until the client was gone");
}

// A response from another thread

static void *answer_later(void *exchange) {
  respond(exchange, "from a thread\n");
  return NULL;
}

static void begin_thread(slipway_exchange *exchange) {
  pthread_t thread;
  if (pthread_create(&thread, NULL, answer_later, exchange) == 0)
    pthread_detach(thread);
  else
    host->fail(exchange, text("no thread"));
}

static void handle(void *context, slipway_exchange *exchange, const slipway_request *request) {
  (void)context;
  if (is(request->path, "/describe")) {
    describe(exchange, request);
  } else if (is(request->path, "/mirror")) {
    mirror(exchange, request);
  } else if (is(request->path, "/echo")) {
    begin_echo(exchange);
  } else if (is(request->path, "/tunnel")) {
    begin_tunnel(exchange, request);
  } else if (is(request->path, "/stream")) {
    begin_stream(exchange);
  } else if (is(request->path, "/wait")) {
    atomic_fetch_add(&live, 1);
    log_line("waiting");
    host->when_gone(exchange, wait_gone, exchange);
  } else if (is(request->path, "/thread")) {
    begin_thread(exchange);
  } else if (is(request->path, "/fail")) {
    host->fail(exchange, text("the tide is out <b>"));
  } else if (is(request->path, "/fail-late")) {
    slipway_response response = plain();
    host->start(exchange, &response);
    host->write(exchange, text("so far"), NULL, NULL);
    host->fail(exchange, text("the tide went out"));
  } else if (is(request->path, "/live")) {
    char count[32];
    snprintf(count, sizeof count, "%d", atomic_load(&live));
    respond(exchange, count);
  } else {
    respond(exchange, "Hello from C\n");
  }
}

static void shut_down(void *context, slipway_callback done, void *done_context) {
  (void)context;
  log_line("shutting down");
  done(done_context);
}

static const slipway_app application = {.size = sizeof application,
                                        .version = SLIPWAY_ABI_VERSION,
                                        .handle = handle,
                                        .shutdown = shut_down};

const slipway_app *slipway_application(const slipway_host *table) {
  host = table;
  char line[512];
  snprintf(line, sizeof line, "generation %u from %.*s", (unsigned)host->generation,
           (int)host->directory.count, (const char *)host->directory.start);
  log_line(line);
  return &application;
}
