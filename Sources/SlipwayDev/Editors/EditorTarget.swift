package import SlipwayDebug

/// Where an editor is to reach the server of a directory: where that awaits debuggers, or else where it
/// will.
package struct EditorTarget: Sendable {
  package let address: DebugAddress

  /// nil while it does not run, or has no debug socket.
  package let server: RunningServer?

  /// Why nobody is awaited there, whatever is configured.
  package let reservation: AttachError?

  private static let usual = DebugAddress.tcp(host: "127.0.0.1", port: 4711)

  /// Blocks. A configuration that cannot be read counts as none.
  package init(_ sources: ConfigurationSources, serving directory: String) {
    do throws(AttachError) {
      let server = try RunningServer(serving: directory)
      self.init(at: server.debugAddress, server)
    } catch  where error.code == .socketOff {
      self.init(at: Self.usual, because: error)
    } catch {
      switch (try? sources.resolve())?.debugSocket ?? .usual {
      // nil for any free port.
      case .at(let address): self.init(at: DebugAddress(address.description) ?? Self.usual)
      case .off: self.init(at: Self.usual, because: .socketOff(directory))
      case .usual: self.init(at: Self.usual)
      }
    }
  }

  private init(
    at address: DebugAddress,
    _ server: RunningServer? = nil,
    because reservation: AttachError? = nil
  ) {
    self.address = address
    self.server = server
    self.reservation = reservation
  }
}
