package import CSlipwayABI
package import Logging
package import SlipwayCore

/// An application in a shared library.
package final class NativeApplication: HostedApplication {
  /// The product that the library was built from.
  package let product: String

  private let context: HostContext
  private let table: ApplicationTable

  init(context: HostContext, table: ApplicationTable) {
    self.product = context.product
    self.context = context
    self.table = table
  }

  /// Loads a library and starts the application in it. Blocks as long as the application's own start
  /// takes. The library stays loaded for the life of the process image.
  ///
  /// - Parameters:
  ///   - path: A library that nobody writes to: see ``LibraryStore``.
  ///   - product: What the user calls it.
  ///   - generation: The life of the process image, counted from 1.
  ///   - directory: The absolute path of the directory that the library was built from.
  ///   - log: Takes the lines of the application's log, on any thread.
  package static func load(
    library path: String,
    product: String,
    generation: UInt32,
    directory: String,
    log: @escaping @Sendable (_ level: Logger.Level, _ label: String, _ message: String) -> Void
  ) throws(NativeError) -> NativeApplication {
    let entry = unsafe try SharedLibrary(opening: path).entryPoint()
    return unsafe try start(
      entry,
      of: path,
      product: product,
      generation: generation,
      directory: directory,
      log: log
    )
  }

  /// An entry point of the interface, as slipway.h declares it.
  package typealias EntryPoint =
    @convention(c) (UnsafePointer<slipway_host>) -> UnsafePointer<slipway_app>?

  /// Starts an application that is in the process already, as `load` does with one from a library.
  ///
  /// - Parameter library: What errors call the place where `entry` is.
  package static func start(
    _ entry: EntryPoint,
    of library: String,
    product: String,
    generation: UInt32,
    directory: String,
    log: @escaping @Sendable (_ level: Logger.Level, _ label: String, _ message: String) -> Void
  ) throws(NativeError) -> NativeApplication {
    let context = HostContext.register(product: product, log: log)
    let host = unsafe HostTable.make(for: context, generation: generation, directory: directory)
    guard let table = unsafe entry(host) else {
      throw .refused(product: product, lastLine: context.lastLine)
    }
    return unsafe NativeApplication(
      context: context,
      table: try ApplicationTable(checking: table, of: library)
    )
  }

  package func handle(_ exchange: Exchange) {
    let ticket = NativeExchange.table.insert(
      NativeExchange(exchange, of: context),
      application: context.number,
      hint: exchange.id
    )
    guard let ticket else {
      return exchange.fail(AppFailure(message: "Too many exchanges are running."))
    }
    unsafe exchange.request.withABIRequest { request in
      unsafe table.handle(ticket, request)
    }
  }

  /// Tells the application that the process is about to end. To be called once.
  ///
  /// - Parameter completion: Called once, on any thread, perhaps before this returns; never if the
  ///   application does not report the end of its shutdown.
  package func shutdown(_ completion: @escaping @Sendable () -> Void) {
    context.awaitShutdown(completion)
    guard table.canShutDown else { return context.shutdownIsDone() }
    table.shutdown(context)
  }

  package func shutdown(
    within grace: Duration,
    _ completion: @escaping @Sendable (_ left: [String]) -> Void
  ) {
    shutdown { completion([]) }
  }
}
