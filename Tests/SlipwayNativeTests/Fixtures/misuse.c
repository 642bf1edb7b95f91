// An application that breaks every rule of the interface, one for each path.
#include "slipway.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

static const slipway_host *host;
static atomic_int callbacks;
static slipway_exchange *ended;

static slipway_bytes text(const char *string) {
  return (slipway_bytes){(const uint8_t *)string, strlen(string)};
}

static int is(slipway_bytes bytes, const char *string) {
  return bytes.count == strlen(string) && memcmp(bytes.start, string, bytes.count) == 0;
}

static slipway_response plain(uint16_t status) {
  return (slipway_response){.size = sizeof(slipway_response), .status = status};
}

static void was_read(void *context, slipway_read_status status, slipway_bytes bytes,
                     const slipway_field *trailers, size_t count) {
  (void)context, (void)bytes, (void)trailers, (void)count;
  if (status == SLIPWAY_READ_FAILED) atomic_fetch_add(&callbacks, 1);
}

static void was_written(void *context, slipway_write_status status) {
  (void)context;
  if (status == SLIPWAY_WRITE_GONE) atomic_fetch_add(&callbacks, 1);
}

static void is_gone(void *context, slipway_gone_status status) {
  (void)context;
  if (status == SLIPWAY_GONE_NEVER) atomic_fetch_add(&callbacks, 1);
}

static void call_everything(slipway_exchange *exchange) {
  slipway_response response = plain(200);
  slipway_field field = {text("X"), text("y")};
  host->start(exchange, &response);
  host->write(exchange, text("late"), was_written, NULL);
  host->read(exchange, 10, was_read, NULL);
  host->when_gone(exchange, is_gone, NULL);
  host->finish(exchange, &field, 1);
  host->respond(exchange, &response, text("late"));
  host->fail(exchange, text("late"));
}

static void handle(void *context, slipway_exchange *exchange, const slipway_request *request) {
  (void)context;
  slipway_response response = plain(200);
  slipway_bytes path = request->path;
  const slipway_bytes giant = {(const uint8_t *)"x", SIZE_MAX};
  const slipway_bytes nowhere = {NULL, 10};

  if (is(path, "/after-end")) {
    host->respond(exchange, &response, text("first"));
    call_everything(exchange);
    ended = exchange;
  } else if (is(path, "/long-after")) {
    call_everything(ended);
    host->respond(exchange, &response, text("first"));
  } else if (is(path, "/no-exchange")) {
    call_everything(NULL);
    call_everything((slipway_exchange *)0x10);
    call_everything((slipway_exchange *)~(uintptr_t)0);
    host->respond(exchange, &response, text("first"));
  } else if (is(path, "/null")) {
    host->read(exchange, 10, NULL, NULL);
    host->when_gone(exchange, NULL, NULL);
    host->log(NULL, SLIPWAY_LOG_INFO, text(""), text("to nobody"));
    host->log(host->context, (slipway_log_level)99, nowhere, giant);
    host->respond(exchange, &response, text("first"));
  } else if (is(path, "/no-response")) {
    host->respond(exchange, NULL, text("body"));
  } else if (is(path, "/start-nothing")) {
    host->start(exchange, NULL);
  } else if (is(path, "/status")) {
    response.status = 999;
    host->respond(exchange, &response, text("body"));
  } else if (is(path, "/size")) {
    response.size = 10;
    host->respond(exchange, &response, text("body"));
  } else if (is(path, "/giant-body")) {
    host->respond(exchange, &response, giant);
  } else if (is(path, "/null-body")) {
    host->respond(exchange, &response, nowhere);
  } else if (is(path, "/giant-fields")) {
    slipway_field field = {text("X"), text("y")};
    response.fields = &field;
    response.field_count = SIZE_MAX;
    host->respond(exchange, &response, text("body"));
  } else if (is(path, "/null-fields")) {
    response.field_count = 3;
    host->respond(exchange, &response, text("body"));
  } else if (is(path, "/giant-field")) {
    slipway_field field = {text("X"), giant};
    response.fields = &field;
    response.field_count = 1;
    host->respond(exchange, &response, text("body"));
  } else if (is(path, "/split")) {
    slipway_field field = {text("X"), text("y\r\nSet-Cookie: z")};
    response.fields = &field;
    response.field_count = 1;
    host->respond(exchange, &response, text("body"));
  } else if (is(path, "/field-name")) {
    slipway_field field = {text("X: y\r\nZ"), text("y")};
    response.fields = &field;
    response.field_count = 1;
    host->respond(exchange, &response, text("body"));
  } else if (is(path, "/write-first")) {
    host->write(exchange, text("body"), was_written, NULL);
  } else if (is(path, "/finish-first")) {
    host->finish(exchange, NULL, 0);
  } else if (is(path, "/start-twice")) {
    host->start(exchange, &response);
    host->start(exchange, &response);
  } else if (is(path, "/respond-late")) {
    host->start(exchange, &response);
    host->respond(exchange, &response, text("body"));
  } else if (is(path, "/read-twice")) {
    host->read(exchange, 10, was_read, NULL);
    host->read(exchange, 10, was_read, NULL);
    host->read(exchange, 0, was_read, NULL);
    host->respond(exchange, &response, text("first"));
  } else if (is(path, "/watch-twice")) {
    host->when_gone(exchange, is_gone, NULL);
    host->when_gone(exchange, is_gone, NULL);
    host->respond(exchange, &response, text("first"));
  } else if (is(path, "/giant-message")) {
    host->fail(exchange, giant);
  } else if (is(path, "/callbacks")) {
    char count[32];
    snprintf(count, sizeof count, "%d", atomic_exchange(&callbacks, 0));
    host->respond(exchange, &response, text(count));
  } else {
    host->respond(exchange, &response, text("fine"));
  }
}

static void shut_down(void *context, slipway_callback done, void *done_context) {
  (void)context;
  done(done_context);
  done(done_context);
  done(NULL);
  done((void *)~(uintptr_t)0);
}

static const slipway_app application = {.size = sizeof application,
                                        .version = SLIPWAY_ABI_VERSION,
                                        .handle = handle,
                                        .shutdown = shut_down};

const slipway_app *slipway_application(const slipway_host *table) {
  host = table;
  return &application;
}
