// Applications that cannot be loaded; a macro chooses which.
#include "slipway.h"

#include <stddef.h>

void handle(void *, slipway_exchange *, const slipway_request *);

void handle(void *context, slipway_exchange *exchange, const slipway_request *request) {
  (void)context, (void)exchange, (void)request;
}

#if defined(ANOTHER_VERSION)
static const slipway_app application = {
    .size = sizeof application, .version = ANOTHER_VERSION, .handle = handle};
#elif defined(TOO_SMALL)
static const slipway_app application = {
    .size = 8, .version = SLIPWAY_ABI_VERSION, .handle = handle};
#elif defined(NO_HANDLE)
static const slipway_app application = {.size = sizeof application,
                                        .version = SLIPWAY_ABI_VERSION};
#else
static const slipway_app application = {
    .size = sizeof application, .version = SLIPWAY_ABI_VERSION, .handle = handle};
#endif

#if defined(UNRESOLVED)
void where_is_the_harbour(void);
void call_it(void) { where_is_the_harbour(); }
#endif

#if defined(NEEDS_HARBOUR)
int harbour_depth(void);
int depth(void) { return harbour_depth(); }
#endif

#if !defined(NO_ENTRY_POINT)
const slipway_app *slipway_application(const slipway_host *host) {
#if defined(REFUSES)
  static const char reason[] = "The harbour is closed";
  host->log(host->context, SLIPWAY_LOG_CRITICAL, (slipway_bytes){NULL, 0},
            (slipway_bytes){(const uint8_t *)reason, sizeof reason - 1});
  return NULL;
#elif defined(REFUSES_SILENTLY)
  (void)host;
  return NULL;
#else
  (void)host;
  return &application;
#endif
}
#endif
