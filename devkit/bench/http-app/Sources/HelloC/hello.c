// Answers every request at once, on the gateway's thread.
#include "slipway.h"

#include <string.h>

static const slipway_host *host;

static slipway_bytes text(const char *string) {
  return (slipway_bytes){(const uint8_t *)string, strlen(string)};
}

static void handle(void *context, slipway_exchange *exchange, const slipway_request *request) {
  (void)context;
  (void)request;
  slipway_field fields[] = {{text("Content-Type"), text("text/plain")}};
  slipway_response response = {
      .size = sizeof response, .status = 200, .fields = fields, .field_count = 1};
  host->respond(exchange, &response, text("Hello, world\n"));
}

static const slipway_app application = {
    .size = sizeof application, .version = SLIPWAY_ABI_VERSION, .handle = handle};

const slipway_app *slipway_application(const slipway_host *table) {
  host = table;
  return &application;
}
