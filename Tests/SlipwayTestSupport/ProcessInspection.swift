import Glibc

/// What /proc says about processes (proc(5)).
package enum ProcessInspection {
  /// How many descriptors a process has open.
  package static func descriptorCount(of process: Int32) -> Int {
    entries("/proc/\(process)/fd").count
  }

  /// How many threads a process has.
  package static func threadCount(of process: Int32) -> Int {
    entries("/proc/\(process)/task").count
  }

  /// How much memory of a process is in RAM.
  package static func residentKilobytes(of process: Int32) -> Int {
    kilobytes("VmRSS:", of: process)
  }

  /// How much it has been at most.
  package static func peakKilobytes(of process: Int32) -> Int { kilobytes("VmHWM:", of: process) }

  private static func kilobytes(_ key: String, of process: Int32) -> Int {
    let lines = (try? read("/proc/\(process)/status"))?.split(separator: "\n") ?? []
    let line = lines.first { $0.hasPrefix(key) }
    return line?.split(separator: " ").compactMap { Int($0) }.first ?? 0
  }

  /// For how long a process has had a processor, in ticks of the clock.
  package static func processorTicks(of process: Int32) -> Int {
    fields(of: process)?.dropFirst(11).prefix(2).compactMap { Int($0) }.reduce(0, +) ?? 0
  }

  /// The descendants of a process whose command line contains `text`.
  package static func descendants(of ancestor: Int32, running text: String) -> [Int32] {
    let processes = entries("/proc").compactMap { Int32($0) }
    let parents = Dictionary(
      processes.compactMap { process in parent(of: process).map { (process, $0) } },
      uniquingKeysWith: { first, _ in first }
    )
    return processes.filter { process in
      var next = parents[process]
      while let parent = next, parent != ancestor { next = parents[parent] }
      guard next == ancestor else { return false }
      let command = (try? read("/proc/\(process)/cmdline")) ?? ""
      return command.contains(text)
    }
  }

  /// Whether there is such a process, and it has not ended.
  package static func isRunning(_ process: Int32) -> Bool {
    guard let state = fields(of: process)?.first else { return false }
    return state != "Z" && state != "X"
  }

  private static func parent(of process: Int32) -> Int32? {
    fields(of: process).flatMap { $0.count > 1 ? Int32($0[1]) : nil }
  }

  /// What proc_pid_stat(5) shows behind the name: state, parent, …
  private static func fields(of process: Int32) -> [Substring]? {
    guard let stat = try? read("/proc/\(process)/stat"), let end = stat.lastIndex(of: ")") else {
      return nil
    }
    return stat[stat.index(after: end)...].split(separator: " ")
  }

  package static func entries(_ directory: String) -> [String] {
    guard let stream = opendir(directory) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names
  }
}
