extension BuildFailure {
  /// The stable code of `devkit/docs/errors.md`.
  package var stableCode: String {
    switch reason {
    case .toolMissing: "SW080"
    case .couldNotStart: "SW081"
    case .diagnostics: "SW082"
    case .terminated: "SW083"
    case .exited: "SW084"
    case .diskFull: "SW085"
    case .manifest: "SW086"
    case .productMissing: "SW087"
    case .brokenOff: "SW095"
    }
  }

  /// What failed: one sentence.
  package var sentence: String {
    switch reason {
    case .toolMissing: "\(product) cannot be built: there is no swift command in PATH."
    case .couldNotStart(let why): "\(product) cannot be built: \(why)"
    case .diagnostics: "\(product) does not compile: \(errorCount)."
    case .terminated(let signal): "The build of \(product) was ended by signal \(signal)."
    case .brokenOff: "The build of \(product) broke off: a signal ended a compiler."
    case .exited(let code): "The build of \(product) failed with exit code \(code)."
    case .diskFull: "The build of \(product) failed: there is no space left on the disk."
    case .manifest: "Package.swift cannot be used: \(errorCount)."
    case .productMissing: "The package has no dynamic library product \(product)."
    }
  }

  /// What to do about it.
  package var remedy: String {
    switch reason {
    case .toolMissing:
      BuildError.installToolchain
    case .couldNotStart:
      "See that the toolchain is complete and that the machine has processes and memory left."
    case .diagnostics:
      "Mend what is below and save; the next request is answered by the new code."
    case .terminated(signal: 9):
      """
      Most likely the kernel's out-of-memory killer chose the compiler (see `dmesg`): free some \
      memory or add swap, then save again.
      """
    case .brokenOff:
      """
      Most likely the kernel's out-of-memory killer chose the compiler (see `dmesg`). The next \
      request tries again; free some memory or add swap if this comes back.
      """
    case .terminated:
      "The compiler crashed. Undo the last change, or save again; the output is below."
    case .exited:
      "The end of the output is below; `swift build --product \(product)` shows all of it."
    case .diskFull:
      "Free some space where the package's .build directory lies, then save again."
    case .manifest:
      "Mend Package.swift and save; `swift package describe` shows the same."
    case .productMissing:
      """
      Add this to the products in Package.swift: \
      .library(name: "\(product)", type: .dynamic, targets: ["\(product)"])
      """
    }
  }

  private var errorCount: String {
    let count = diagnostics.count { $0.severity == .error }
    return count == 1 ? "1 error" : "\(count) errors"
  }
}
