import Dispatch
import Glibc
import SlipwaySystem
import Synchronization
import SystemPackage

/// A server that listens. It serves until ``stop(grace:)``, whether or not anybody holds it.
public final class RunningServer: Sendable {
  /// Where it can be reached: `http://127.0.0.1:8080`, or `unix:PATH`.
  public let urls: [String]

  private let gateway: Gateway
  private let sockets: [FileDescriptor]
  private let files: [String]
  private let end = Mutex<Task<Void, Never>?>(nil)

  init(_ server: Server) throws {
    let addresses = try server.addresses.map { try EmbeddedAddress($0) }
    guard !addresses.isEmpty else { throw ServerError.notAnAddress("") }
    let hosts = try server.allowedHosts.map { text in
      guard let pattern = HostPattern(text) else { throw ServerError.notAHost(text) }
      return pattern
    }
    let places = try server.places.map { try $0.mount() }
    let mounts = places.map(\.0)
    guard Set(mounts.map(\.prefix)).count == mounts.count else {
      throw ServerError.samePrefixTwice(mounts.map(\.prefix))
    }

    sockets = try Self.open(addresses)
    urls = sockets.compactMap { BoundAddress(of: $0)?.url }
    files = addresses.compactMap { if case .unix(let path) = $0 { path } else { nil } }
    var configuration = Gateway.Configuration()
    configuration.sendsGeneration = false
    configuration.allowedHosts = AllowedHosts(hosts + addresses.compactMap(\.hostPattern))
    configuration.hostRemedy = { host in
      "If the name is yours, add \"\(host)\" to allowedHosts of the server in your program."
    }
    let onExchange = server.onExchange
    gateway = Gateway(
      configuration: configuration,
      mounts: MountTable(mounts),
      gatekeeper: EmbeddedApplications(
        applications: Dictionary(places) { first, _ in first }
      ),
      logger: server.logger,
      onExchangeEnd: { onExchange(AccessRecord($0)) }
    )
    do {
      try gateway.serve(sockets)
    } catch {
      gateway.shutDown()
      Self.close(sockets, files)
      throw ServerError(error)
    }
  }

  /// Takes no further request, gives running ones time to finish, and lets go of the port. Returns
  /// when all that is done; may be called more than once.
  ///
  /// - Parameter grace: What is still running after it is cut.
  public func stop(grace: Duration = .seconds(2)) async {
    let ending = end.withLock { end in
      let ending = end ?? Task { await self.drain(grace) }
      end = ending
      return ending
    }
    await ending.value
  }

  private func drain(_ grace: Duration) async {
    await withCheckedContinuation { continuation in
      // Idle connections come back in the outcome, and are closed with it.
      gateway.drain(grace: grace) { _ in continuation.resume() }
    }
    await withCheckedContinuation { continuation in
      // It waits for threads, which tasks must not.
      DispatchQueue(label: "slipway.stop")
        .async { [gateway] in
          gateway.shutDown()
          continuation.resume()
        }
    }
    Self.close(sockets, files)
  }

  /// All of them or none.
  private static func open(_ addresses: [EmbeddedAddress]) throws -> [FileDescriptor] {
    var sockets: [FileDescriptor] = []
    for address in addresses {
      do throws(SystemError) {
        sockets += try address.open()
      } catch {
        close(sockets, [])
        throw ServerError(error)
      }
    }
    return sockets
  }

  private static func close(_ sockets: [FileDescriptor], _ files: [String]) {
    for socket in sockets { try? socket.close() }
    for file in files { unlink(file) }
  }
}
