// The application of the end-to-end tests: what it says is in text.c, which the tests edit.
//
//   /                 the text
//   /echo             "TEXT LENGTH CHECKSUM" of the request body, read to its end (Adler-32)
//   /wait/N           the text, N milliseconds later; logs "waiting" when it begins
//   /stream           the text, a line each 10 ms, until the client is gone
//   /page             the text in a page
//   /fail             a failure of the application
//   /trap             a crash
//   /print/N          the text, after N lines "TEXT NUMBER" on standard output, counted from 0
//   /begin            the text, after "begun" without a line break on standard output
//   /crash            the end of the process, whatever guards it, after a word on either stream
#include "slipway.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern const char *const text;

static const slipway_host *host;

static slipway_bytes bytes(const char *string) {
  return (slipway_bytes){(const uint8_t *)string, strlen(string)};
}

static void respond_as(const char *type, slipway_exchange *exchange, const char *body) {
  slipway_field fields[] = {{bytes("Content-Type"), bytes(type)}};
  slipway_response response = {
      .size = sizeof response, .status = 200, .fields = fields, .field_count = 1};
  host->respond(exchange, &response, bytes(body));
}

static void respond(slipway_exchange *exchange, const char *body) {
  respond_as("text/plain", exchange, body);
}

static void respond_page(slipway_exchange *exchange) {
  char body[512];
  snprintf(body, sizeof body, "<!doctype html>\n<title>Page</title>\n<p id=text>%s</p>\n", text);
  respond_as("text/html", exchange, body);
}

typedef struct work {
  slipway_exchange *exchange;
  unsigned milliseconds;
} work;

static void *answer_later(void *context) {
  work *work = context;
  usleep(work->milliseconds * 1000);
  respond(work->exchange, text);
  free(work);
  return NULL;
}

typedef struct write_outcome {
  pthread_mutex_t lock;
  pthread_cond_t came;
  int is_known;
  slipway_write_status status;
} write_outcome;

static void written(void *context, slipway_write_status status) {
  write_outcome *outcome = context;
  pthread_mutex_lock(&outcome->lock);
  outcome->status = status;
  outcome->is_known = 1;
  pthread_cond_signal(&outcome->came);
  pthread_mutex_unlock(&outcome->lock);
}

static void *stream(void *context) {
  slipway_exchange *exchange = context;
  slipway_response response = {.size = sizeof response, .status = 200};
  host->start(exchange, &response);
  for (slipway_write_status status = SLIPWAY_WRITE_DONE; status == SLIPWAY_WRITE_DONE;) {
    write_outcome outcome = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0, 0};
    char line[256];
    snprintf(line, sizeof line, "%s\n", text);
    host->write(exchange, bytes(line), written, &outcome);
    pthread_mutex_lock(&outcome.lock);
    while (!outcome.is_known) pthread_cond_wait(&outcome.came, &outcome.lock);
    pthread_mutex_unlock(&outcome.lock);
    status = outcome.status;
    usleep(10000);
  }
  host->finish(exchange, NULL, 0);
  return NULL;
}

static void on_thread(void *(*body)(void *), void *context) {
  pthread_t thread;
  if (pthread_create(&thread, NULL, body, context) == 0) pthread_detach(thread);
}

typedef struct echo {
  slipway_exchange *exchange;
  size_t length;
  uint32_t low, high;
} echo;

static void have_read(void *context, slipway_read_status status, slipway_bytes part,
                      const slipway_field *trailers, size_t trailer_count) {
  (void)trailers;
  (void)trailer_count;
  echo *echo = context;
  if (status == SLIPWAY_READ_BYTES) {
    for (size_t index = 0; index < part.count; index++) {
      echo->low = (echo->low + part.start[index]) % 65521;
      echo->high = (echo->high + echo->low) % 65521;
    }
    echo->length += part.count;
    host->read(echo->exchange, 65536, have_read, echo);
    return;
  }
  if (status == SLIPWAY_READ_END) {
    char body[256];
    snprintf(body, sizeof body, "%s %zu %u", text, echo->length, echo->high << 16 | echo->low);
    respond(echo->exchange, body);
  } else {
    host->fail(echo->exchange, bytes("The body was not completed"));
  }
  free(echo);
}

static int is_at(const slipway_request *request, const char *path) {
  return request->path.count >= strlen(path) &&
         memcmp(request->path.start, path, strlen(path)) == 0;
}

static void handle(void *context, slipway_exchange *exchange, const slipway_request *request) {
  (void)context;
  if (is_at(request, "/echo")) {
    echo *started = malloc(sizeof *started);
    *started = (echo){exchange, 0, 1, 0};
    host->read(exchange, 65536, have_read, started);
  } else if (is_at(request, "/wait/")) {
    unsigned milliseconds = 0;
    for (size_t index = 6; index < request->path.count; index++)
      milliseconds = milliseconds * 10 + request->path.start[index] - '0';
    work *later = malloc(sizeof *later);
    *later = (work){exchange, milliseconds};
    host->log(host->context, SLIPWAY_LOG_INFO, bytes("app"), bytes("waiting"));
    on_thread(answer_later, later);
  } else if (is_at(request, "/stream")) {
    on_thread(stream, exchange);
  } else if (is_at(request, "/page")) {
    respond_page(exchange);
  } else if (is_at(request, "/trap")) {
    __builtin_trap();
  } else if (is_at(request, "/fail")) {
    host->fail(exchange, bytes("Asked to fail"));
  } else if (is_at(request, "/print/")) {
    unsigned count = 0;
    for (size_t index = 7; index < request->path.count; index++)
      count = count * 10 + request->path.start[index] - '0';
    for (unsigned number = 0; number < count; number++) printf("%s %u\n", text, number);
    respond(exchange, text);
  } else if (is_at(request, "/begin")) {
    printf("begun");
    respond(exchange, text);
  } else if (is_at(request, "/crash")) {
    printf("going\n");
    fprintf(stderr, "\033[31mgone\033[0m");
    // Past the guard, which would make it a restart.
    signal(SIGABRT, SIG_DFL);
    abort();
  } else {
    respond(exchange, text);
  }
}

static const slipway_app application = {
    .size = sizeof application, .version = SLIPWAY_ABI_VERSION, .handle = handle};

const slipway_app *slipway_application(const slipway_host *table) {
  host = table;
  if (strcmp(text, "refuse") == 0) {
    host->log(host->context, SLIPWAY_LOG_ERROR, bytes("app"), bytes("No tide table found"));
    return NULL;
  }
  return &application;
}
