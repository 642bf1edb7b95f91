import Glibc
import SlipwayCore
import SlipwayDebug
import SlipwaySystem
import SlipwayWSGI
import Synchronization
import SystemPackage

/// The debug socket of a generation: opened or inherited, and what is told of it.
struct Debugging: Sendable {
  /// What is handed from generation to generation.
  struct Handoff: Codable {
    var setting: DebugSocketSetting
    var socket: DebugSocket.Handoff
  }

  /// As the configuration would spell it; nil if there is no socket.
  let place: String?

  /// Whether nothing is to be dispatched before `onAwaitedDebugger` is called.
  let isAwaiting: Bool

  private let setting: DebugSocketSetting
  private let listeners: [FileDescriptor]
  /// nil if there is nothing to do.
  private let socket: DebugSocket?
  private let onChange: Observer

  /// Whoever wants to know that the handoff has changed.
  private final class Observer: Sendable {
    let call = Mutex<(@Sendable () -> Void)?>(nil)
  }

  /// Opens the socket, or goes on with the one of the previous generation if it is where one is
  /// wanted. What goes wrong is told, and the server lives without. A debugger that is awaited may come
  /// by other ways too: then there is something to do even without a socket.
  init(
    _ configuration: DevConfiguration,
    isServerReachable: Bool,
    inheriting inherited: Handoff?,
    directory: StateDirectory,
    environment: [String: String],
    events: EventStream,
    onAwaitedDebugger: @escaping @Sendable () -> Void
  ) {
    setting = configuration.debugSocket
    let onChange = Observer()
    self.onChange = onChange
    isAwaiting = inherited?.socket.isAwaiting ?? configuration.waitsForDebugger
    var inherited = inherited
    if let other = inherited, other.setting != setting || (isServerReachable && setting == .usual) {
      if let client = DebugSocket.end(other.socket) {
        events.post(.debugging(.detached(client.name)))
      }
      if !other.socket.listeners.isEmpty { other.setting.removeFile() }
      inherited = nil
    }
    // What could not be opened before may be possible now.
    let isInherited = inherited.map { !$0.socket.listeners.isEmpty } ?? false
    listeners =
      isInherited
      ? inherited?.socket.listeners.map(FileDescriptor.init(rawValue:)) ?? []
      : Self.listen(setting, isServerReachable: isServerReachable, events)
    for listener in listeners { listener.setClosedOnExec(true) }
    place = listeners.first.flatMap(BoundAddress.init(of:))?.place
    let launch = DebuggerLaunch(
      tools: DebuggerTools(environment: environment, settings: configuration.debuggerEnvironment),
      lldbCommands: configuration.searchPaths.debuggerSettings.lldbCommands
    )
    var surroundings = DebugSocket.Surroundings(
      listeners: listeners,
      relay: RelayCommand(
        executable: ProcessImage.current.path,
        arguments: ["debug-relay"],
        log: directory.path + "/debugger.log"
      ),
      launch: { try launch($0) },
      onEvent: { event in
        switch event {
        case .attached(let client): events.post(.debugging(.attached(client.name)))
        case .detached(let client): events.post(.debugging(.detached(client.name)))
        case .awaitedDebuggerCame:
          // Whoever hears of it may ask at once.
          onAwaitedDebugger()
          events.post(.debugging(.awaitedCame))
        case .problem(let error): events.post(.problem(error))
        case .sessionsChanged: onChange.call.withLock { $0 }?()
        }
      }
    )
    surroundings.pythonPort = { PythonRuntime.debuggerPort }
    var socket: DebugSocket?
    if !listeners.isEmpty || isAwaiting {
      do {
        socket = try DebugSocket(
          surroundings,
          inheriting: inherited?.socket,
          isAwaiting: isAwaiting
        )
        try socket?.start()
      } catch {
        events.post(.problem(error))
      }
    }
    self.socket = socket
    if !isInherited, let place { events.post(.debugging(.listening(place))) }
    if isAwaiting { events.post(.debugging(.awaiting(address: place))) }
  }

  /// For the handoff. From now on nothing happens at the socket, until `resume`.
  func suspend() -> Handoff { Handoff(setting: setting, socket: socket?.suspend() ?? .nothing) }

  /// What a generation would need to know that begins without warning.
  var handoff: Handoff { Handoff(setting: setting, socket: socket?.handoff ?? .nothing) }

  /// `call` is called whenever `handoff` has changed, on the socket's thread.
  func onChange(_ call: @escaping @Sendable () -> Void) {
    onChange.call.withLock { $0 = call }
  }

  /// The image could not be replaced.
  func resume() { socket?.resume() }

  /// At the end of the process.
  func stop() {
    socket?.stop()
    // A file that kept us from listening is somebody else's.
    if !listeners.isEmpty { setting.removeFile() }
  }

  private static func listen(
    _ setting: DebugSocketSetting,
    isServerReachable: Bool,
    _ events: EventStream
  ) -> [FileDescriptor] {
    do throws(SystemError) {
      switch setting {
      case .off:
        return []
      case .usual:
        // Whoever can debug can run code: where others get in, that is for the user to decide.
        guard !isServerReachable else { return [] }
        return try DebugListeners.openUsual()
      case .at(let address):
        let listeners = try Listeners.listen(on: address)
        let bound = listeners.compactMap(BoundAddress.init(of:))
        for address in bound where address.isReachableFromOutside {
          events.post(.problem(DebugError.exposed(address.place)))
        }
        return listeners
      }
    } catch {
      events.post(.problem(DebugError.notListening(because: error)))
      return []
    }
  }
}
