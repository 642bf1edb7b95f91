/// The Slipway application interface, version 1.
///
/// This header is to native code what WSGI (PEP 3333) is to Python: the gateway invokes a callable
/// that the application provides, and neither knows the other. An application is a shared library
/// that exports one function, `slipway_application`. It receives the table of functions that the
/// gateway offers (`slipway_host`) and returns the table of its own (`slipway_app`).
///
/// Rules that hold everywhere
/// - Bytes are counted, never NUL-terminated, and in no particular encoding.
/// - What the gateway passes to a function of the application is valid until that function returns.
///   What the application passes to a function of the gateway is copied before that returns.
/// - Functions of the gateway may be called on any thread, and inside any callback.
/// - Functions and callbacks of the application are called on a gateway thread. They must not
///   block: that thread serves other connections too. Start the work elsewhere and return.
/// - Callbacks for one exchange are never made at the same time, except that what an application's
///   own call brings about (an ending, an outcome that is already known) may be called back before
///   that call returns, on its thread.
/// - Calls for one exchange may be made at the same time, such as reads on one thread and writes on
///   another. Each takes effect whole; their order is then for the application to settle.
/// - Structs begin with their size in bytes. A member past the size that the other side stated does
///   not exist. Later versions only append.
#ifndef SLIPWAY_H
#define SLIPWAY_H

#include <stddef.h>
#include <stdint.h>

#if defined(__clang__)
#define SLIPWAY_NULLABLE _Nullable
#define SLIPWAY_NONNULL _Nonnull
#else
#define SLIPWAY_NULLABLE
#define SLIPWAY_NONNULL
#endif

#ifdef __cplusplus
extern "C" {
#endif

/// The version of the interface that this header describes.
#define SLIPWAY_ABI_VERSION 1u

/// The name of the one function that an application exports.
#define SLIPWAY_ENTRY_POINT "slipway_application"

/// Whether a struct that the other side passed is large enough to have a member. Not needed for the
/// members that were there from the beginning.
#define SLIPWAY_HAS(type, pointer, member)                                                         \
  ((pointer)->size >= offsetof(type, member) + sizeof((pointer)->member))

/// A run of bytes. `start` may be NULL where `count` is 0.
typedef struct slipway_bytes {
  const uint8_t *SLIPWAY_NULLABLE start;
  size_t count;
} slipway_bytes;

/// One field line (RFC 9110, section 5) of a header or trailer section.
/// Field names that the gateway passes are as the client sent them.
typedef struct slipway_field {
  slipway_bytes name;
  slipway_bytes value;
} slipway_field;

/// One request and its response. Owned by the gateway.
///
/// A ticket, not the address of anything. Valid from the call of `handle` until the application has
/// ended it by exactly one call of `finish`, `respond` or `fail`. A client that goes away does not
/// end it: every function stays callable and then does nothing. A call with a ticket that is not
/// valid is logged as a mistake of the application and does nothing else, except that a callback
/// which is promised is called, with the outcome that means failure.
typedef struct slipway_exchange slipway_exchange;

/// `slipway_request.content_length` of a request whose body has no announced length.
#define SLIPWAY_LENGTH_UNKNOWN (-1)

/// A request as the gateway received it. Valid until `handle` returns.
typedef struct slipway_request {
  size_t size;
  /// The method (RFC 9110, section 9): a case-sensitive token such as `GET`.
  slipway_bytes method;
  /// The request target as received (RFC 9112, section 3.2).
  slipway_bytes target;
  /// `http` or `https`.
  slipway_bytes scheme;
  /// The authority the request was sent to: the Host field, or that of an absolute target.
  slipway_bytes authority;
  /// The prefix of the mount that took the request, without a trailing slash: empty for `/`.
  /// What PEP 3333 calls SCRIPT_NAME, still percent-encoded.
  slipway_bytes mount_prefix;
  /// The path behind the prefix, still percent-encoded: empty, or beginning with a slash.
  slipway_bytes path;
  /// The query without its question mark; empty with or without a question mark.
  slipway_bytes query;
  /// The peer's numeric address; empty for a Unix-domain socket.
  slipway_bytes peer_address;
  /// Header fields in the order received.
  const slipway_field *SLIPWAY_NULLABLE fields;
  size_t field_count;
  /// Bytes of the body, 0 for none, or SLIPWAY_LENGTH_UNKNOWN.
  int64_t content_length;
  /// The peer's port; 0 for a Unix-domain socket.
  uint16_t peer_port;
  /// 0 for HTTP/1.0, 1 for HTTP/1.1.
  uint16_t http_minor_version;
  /// The protocols that the client offers to switch to (RFC 9110, section 7.8), such as
  /// `websocket`, as it listed them; empty for none. See `start`.
  /// Appended: there if SLIPWAY_HAS(slipway_request, request, upgrade).
  slipway_bytes upgrade;
} slipway_request;

/// What a read of the request body brought.
typedef enum slipway_read_status {
  /// `bytes` holds at least one byte.
  SLIPWAY_READ_BYTES = 0,
  /// The body has ended; `trailers` holds its trailer section.
  SLIPWAY_READ_END = 1,
  /// The body will not be completed: the client went away, or broke the protocol.
  SLIPWAY_READ_FAILED = 2,
} slipway_read_status;

/// Receives the outcome of one `read`. Called once for each.
typedef void (*slipway_read_callback)(void *SLIPWAY_NULLABLE context, slipway_read_status status,
                                      slipway_bytes bytes,
                                      const slipway_field *SLIPWAY_NULLABLE trailers,
                                      size_t trailer_count);

/// How a write ended.
typedef enum slipway_write_status {
  /// The bytes are with the operating system: write more.
  SLIPWAY_WRITE_DONE = 0,
  /// The client is gone: nothing written from now on will reach it.
  SLIPWAY_WRITE_GONE = 1,
} slipway_write_status;

/// Receives the outcome of one `write`. Called once for each.
typedef void (*slipway_write_callback)(void *SLIPWAY_NULLABLE context,
                                       slipway_write_status status);

/// What became of the client.
typedef enum slipway_gone_status {
  /// The application has ended the exchange first.
  SLIPWAY_GONE_NEVER = 0,
  /// The client is gone. The application still has to end the exchange.
  SLIPWAY_GONE_NOW = 1,
} slipway_gone_status;

/// Receives what `when_gone` asked for. Called once for each: the place to release `context`.
typedef void (*slipway_gone_callback)(void *SLIPWAY_NULLABLE context, slipway_gone_status status);

/// Called when something has come to its end.
typedef void (*slipway_callback)(void *SLIPWAY_NULLABLE context);

/// The head of a response.
typedef struct slipway_response {
  size_t size;
  /// 200 to 599, or 101: see `start`.
  uint16_t status;
  const slipway_field *SLIPWAY_NULLABLE fields;
  size_t field_count;
} slipway_response;

/// Severity of a line in the error log.
typedef enum slipway_log_level {
  SLIPWAY_LOG_TRACE = 0,
  SLIPWAY_LOG_DEBUG = 1,
  SLIPWAY_LOG_INFO = 2,
  SLIPWAY_LOG_NOTICE = 3,
  SLIPWAY_LOG_WARNING = 4,
  SLIPWAY_LOG_ERROR = 5,
  SLIPWAY_LOG_CRITICAL = 6,
} slipway_log_level;

/// The gateway's functions. Lives as long as the process image.
typedef struct slipway_host {
  size_t size;
  /// The version of the interface that the gateway speaks.
  uint32_t version;
  /// The life of the process image that loads the application, counted from 1.
  uint32_t generation;
  /// To be handed back to `log`.
  void *SLIPWAY_NULLABLE context;
  /// The absolute path of the directory that the application was built from.
  slipway_bytes directory;

  /// Writes one line to the error log. `label` names its source, such as a module.
  void (*SLIPWAY_NONNULL log)(void *SLIPWAY_NULLABLE context, slipway_log_level level,
                              slipway_bytes label, slipway_bytes message);

  /// Asks for up to `maximum` bytes (at least 1) of the request body. The callback may come
  /// before `read` returns. One read may be outstanding at a time. The client is told to send its
  /// body (100 Continue) at the first read, and no faster than it is read.
  void (*SLIPWAY_NONNULL read)(slipway_exchange *SLIPWAY_NONNULL exchange, size_t maximum,
                               slipway_read_callback SLIPWAY_NONNULL callback,
                               void *SLIPWAY_NULLABLE context);

  /// Starts the response. A body without a Content-Length field is sent in chunks.
  ///
  /// With status 101 and an Upgrade field that names a protocol which the request offers, the
  /// exchange becomes a tunnel. The gateway adds `Connection: upgrade`. From then on reads bring
  /// what the client sends, as it is, those bytes first that had arrived behind the head;
  /// SLIPWAY_READ_END means that the client has shut its side. Writes send bytes as they are.
  /// `finish` ends the tunnel behind what was written, and so does `fail`, which is logged. A body of
  /// the request has to be read to its end before. A restart does not wait for a tunnel: `when_gone`
  /// is called, what is written during that call is sent, then the gateway shuts the connection.
  void (*SLIPWAY_NONNULL start)(slipway_exchange *SLIPWAY_NONNULL exchange,
                                const slipway_response *SLIPWAY_NONNULL response);

  /// Sends a part of the body, after `start`. Wait for the callback before the next write, or
  /// the gateway has to keep in memory what a slow client does not take. The callback may be NULL.
  void (*SLIPWAY_NONNULL write)(slipway_exchange *SLIPWAY_NONNULL exchange, slipway_bytes bytes,
                                slipway_write_callback SLIPWAY_NULLABLE callback,
                                void *SLIPWAY_NULLABLE context);

  /// Ends the response, and the exchange. Trailers are sent where the body goes in chunks and are
  /// dropped elsewhere (RFC 9110, section 6.5.1). A read that is still outstanding fails.
  void (*SLIPWAY_NONNULL finish)(slipway_exchange *SLIPWAY_NONNULL exchange,
                                 const slipway_field *SLIPWAY_NULLABLE trailers,
                                 size_t trailer_count);

  /// Sends a whole response and ends the exchange: `start`, `write` and `finish` in one call.
  void (*SLIPWAY_NONNULL respond)(slipway_exchange *SLIPWAY_NONNULL exchange,
                                  const slipway_response *SLIPWAY_NONNULL response,
                                  slipway_bytes body);

  /// Ends the exchange as a failure of the application. The client gets an error page with the
  /// message, or a cut connection if the response had begun.
  void (*SLIPWAY_NONNULL fail)(slipway_exchange *SLIPWAY_NONNULL exchange, slipway_bytes message);

  /// Has `callback` called once: as soon as the client goes away, or when the application ends the
  /// exchange. That happens before this returns if the client has gone already, and before
  /// `finish`, `respond` or `fail` returns if it has not gone by then. To be called at most once.
  void (*SLIPWAY_NONNULL when_gone)(slipway_exchange *SLIPWAY_NONNULL exchange,
                                    slipway_gone_callback SLIPWAY_NONNULL callback,
                                    void *SLIPWAY_NULLABLE context);
} slipway_host;

/// The application's functions. Must live as long as the process image.
typedef struct slipway_app {
  size_t size;
  /// SLIPWAY_ABI_VERSION of the header that the application was compiled with.
  uint32_t version;
  /// Handed back to the functions below.
  void *SLIPWAY_NULLABLE context;

  /// Takes an exchange. `request` is valid until this returns, the exchange until it is ended.
  void (*SLIPWAY_NONNULL handle)(void *SLIPWAY_NULLABLE context,
                                 slipway_exchange *SLIPWAY_NONNULL exchange,
                                 const slipway_request *SLIPWAY_NONNULL request);

  /// Called once before the process restarts or ends, when no exchange is running any more or
  /// the grace period is over. The gateway waits for `done`, which may be called on any thread, for
  /// the rest of that period.
  /// May be NULL.
  void (*SLIPWAY_NULLABLE shutdown)(void *SLIPWAY_NULLABLE context,
                                    slipway_callback SLIPWAY_NONNULL done,
                                    void *SLIPWAY_NULLABLE done_context);
} slipway_app;

/// The entry point that an application exports under this very name. Called once, on a thread
/// that may block, before the first exchange. Returns NULL if the application cannot run, after
/// having said why through `host->log`.
const slipway_app *SLIPWAY_NULLABLE
slipway_application(const slipway_host *SLIPWAY_NONNULL host);

#ifdef __cplusplus
}
#endif
#endif
