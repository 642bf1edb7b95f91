/// A program that debugs, and what it has to be started with.
package struct DebuggerTool: Sendable, Hashable {
  package enum Kind: String, Sendable, CaseIterable {
    case lldb
    case lldbDAP = "lldb-dap"
    case lldbServer = "lldb-server"
    case gdb
    case gdbserver
  }

  package var kind: Kind

  /// An absolute path, as it was found: symbolic links are not resolved.
  package var path: String

  /// What is added to the environment of this program, and of no other: a library path that suits
  /// the debugger would have the application load what it was not linked with. `lldb-server` hands
  /// its environment on, so it never has one.
  package var environment: [String: String]

  /// Whether it belongs to the Swift toolchain: no other one knows Swift's values and expressions.
  package var knowsSwift: Bool

  package init(
    kind: Kind,
    path: String,
    environment: [String: String] = [:],
    knowsSwift: Bool = false
  ) {
    self.kind = kind
    self.path = path
    self.environment = environment
    self.knowsSwift = knowsSwift
  }
}
