/// What answers the requests of a mount.
///
/// A package serves an application by building a dynamic library that contains a type of this
/// protocol and, in any one file, the line that exports it:
///
/// ```swift
/// import SlipwayApp
///
/// struct Harbour: Application {
///   init(host: Host) {
///     host.log(.info, "Opened in generation \(host.generation)")
///   }
///
///   func respond(to request: Request) async throws -> Response {
///     Response(body: "You asked for \(request.path)\n")
///   }
/// }
///
/// @c(slipway_application)
/// public func slipwayApplication(_ host: UnsafeRawPointer) -> UnsafeRawPointer? {
///   Harbour.export(to: host)
/// }
/// ```
///
/// There is one value of the type in a process. It is made once, before the first request, and is
/// never destroyed: the process begins its next generation by becoming a new program.
public protocol Application: Sendable {
  /// Makes the application ready for requests.
  ///
  /// This may block. If it throws, the application counts as not started: the error is logged and
  /// shown to whoever asks for a page of this mount.
  init(host: Host) throws

  /// Answers one request.
  ///
  /// Runs in a task of its own on the concurrency runtime's threads, see ``startsOnEventLoop``. The
  /// task is cancelled when the client goes away. An error that is thrown becomes an error page; one
  /// that is thrown by a streaming body, after the response has begun, cuts the connection.
  func respond(to request: Request) async throws -> Response

  /// Whether ``respond(to:)`` begins on the event loop that has read the request, and runs there up
  /// to its first suspension. By default it does not.
  ///
  /// That spares two changes of thread for each request, and is a promise: up to there it neither
  /// blocks nor computes for long. While it does, no other request of that event loop is served, and
  /// one that waits for another request to this server may wait for ever. Asked once, after `init`.
  var startsOnEventLoop: Bool { get }

  /// Puts in order what must outlive the process, such as open files.
  ///
  /// Called once before the process restarts or ends, when no request is running any more or the
  /// grace period is over. What is left of that period limits the time it may take.
  func shutdown() async
}

extension Application {
  /// False: an application that blocks delays nobody but itself.
  public var startsOnEventLoop: Bool { false }

  /// Does nothing.
  public func shutdown() async {}
}
