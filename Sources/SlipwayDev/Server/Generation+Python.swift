import Glibc
import SlipwaySystem
import SlipwayWSGI

// Python applications: nothing is built, and what they are made of is known when they are imported.
extension Generation {
  var pythonLoader: PythonLoader {
    PythonLoader(
      applications: plan.wsgi.mapValues { [hasConsoles = foundations.hasConsoles] options in
        var options = options
        options.keepsFrames = hasConsoles
        return options
      },
      locator: { [foundations] in InterpreterLocator($1, of: $0, foundations) },
      codeFile: foundations.directory.gatewayCode,
      beganAhead: pythonAhead?.began,
      editor: foundations.editor,
      events: foundations.events,
      onImport: { [self] in watchModules($1, of: $0, importedSince: $2) }
    )
  }

  /// Stands for the newest sources in place of a library's path; nil for what is built. The same sources
  /// have the same one, so a change that is taken back needs no restart.
  func pythonToken(of unit: MountPlan.Unit) -> String? {
    guard modules.isPython(unit) else { return nil }
    guard let fingerprint = watch?.fingerprint(of: modules.directories(of: unit)) else {
      // Nothing is known of what is not watched: every restart that is asked for is to be one.
      return "python:\(MonotonicClock.nanoseconds)"
    }
    // Installed modules are many, and rarely change: their contents are not read for this.
    let installed = modules.otherFiles(of: unit).map(Self.stamp).joined(separator: " ")
    return "python:\(String(fingerprint, radix: 16)) \(installed.fnv)"
  }

  private static func stamp(of file: String) -> String {
    var status = stat()
    guard stat(file, &status) == 0 else { return file }
    return
      "\(file) \(status.st_ino) \(status.st_size) \(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec)"
  }

  /// Watches modules that have been imported from elsewhere. What changed in them since, nobody saw.
  ///
  /// - Parameter began: nanoseconds since the epoch.
  private func watchModules(_ files: [String], of unit: MountPlan.Unit, importedSince began: Int64)
  {
    let new = modules.update(unit, files)
    // Generations that come know what was imported before.
    for copy in modules.installedCopies(in: foundations.number == 1 ? files : new, of: unit) {
      foundations.events.post(.problem(copy))
    }
    guard !new.isEmpty, watch != nil, let index = plan.units.firstIndex(of: unit) else { return }
    watchSources(since: nil)
    guard new.contains(where: { Self.hasChanged($0, since: began) }) else { return }
    inbox.send(.changed(gate.close(changed: [UnitID(index)])))
  }

  private static func hasChanged(_ file: String, since moment: Int64) -> Bool {
    var status = stat()
    guard stat(file, &status) == 0 else { return true }
    return Int64(status.st_ctim.tv_sec) * 1_000_000_000 + Int64(status.st_ctim.tv_nsec) >= moment
  }
}
