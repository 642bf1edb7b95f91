/// An editor that we have a configuration for.
package enum Editor: String, CaseIterable, Sendable {
  case vscode, neovim, zed, clion

  /// The file of a project in which it is configured, relative to the project.
  package var file: String {
    switch self {
    case .vscode: ".vscode/launch.json"
    case .neovim: ".nvim.lua"
    case .zed: ".zed/debug.json"
    case .clion: ".idea/runConfigurations/Slipway.xml"
    }
  }

  /// What is to be done then.
  package var nextStep: String {
    switch self {
    case .vscode:
      "Install the extension LLDB DAP (llvm-vs-code-extensions.lldb-dap), start the server, choose "
        + "“Slipway” in Run and Debug, and press F5."
    case .neovim:
      "Set “exrc”, have the plugin nvim-dap, start the server, and say :DapContinue in a Swift file."
    case .zed:
      "Install the extension Swift, start the server, and choose “Slipway” after “debugger: start”."
    case .clion:
      "Start the server, choose the run configuration “Slipway”, and press Debug."
    }
  }

  /// The text of devkit/editors, which says 127.0.0.1 and 4711.
  var template: String {
    let bytes =
      switch self {
      case .vscode: PackageResources.vscode_launch_json
      case .neovim: PackageResources.neovim_lua
      case .zed: PackageResources.zed_debug_json
      case .clion: PackageResources.clion_run_xml
      }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Whether the host stands for itself in the text, and not in front of a port.
  var connectsItself: Bool {
    switch self {
    case .vscode, .neovim: true
    case .zed, .clion: false
    }
  }

  /// Where a file that exists already takes another configuration; nil if it cannot.
  var list: (key: String?, name: String)? {
    switch self {
    case .vscode: (key: "configurations", name: "name")
    case .zed: (key: nil, name: "label")
    case .neovim, .clion: nil
    }
  }
}
