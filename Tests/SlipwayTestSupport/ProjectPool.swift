import Glibc
import Synchronization

/// Projects in C that have been built once and are lent to one test after another: a first build
/// takes seconds, the next ones a fraction of one.
package enum ProjectPool {
  private static let free = Mutex<[Project]>([])
  private static let all = Mutex<[String]>([])

  /// Lends a project in its original state. One that a test could not get through is not lent again.
  package static func withProject(_ body: (Project) throws -> Void) throws {
    let project = try take()
    try body(project)
    free.withLock { $0.append(project) }
  }

  private static func take() throws -> Project {
    if let project = free.withLock({ $0.popLast() }) {
      let kept: Set = [".build", ".slipway", "Package.resolved"]
      for name in Set(ProcessInspection.entries(project.path)).subtracting(kept) {
        try project.directory.remove(name)
      }
      return try Project.c(in: project.directory)
    }
    let directory = try makeScratchDirectory("end-to-end")
    let isFirst = all.withLock { all in
      defer { all.append(directory.path) }
      return all.isEmpty
    }
    if isFirst { atexit { ProjectPool.removeAll() } }
    return try Project.c(in: directory)
  }

  private static func removeAll() {
    for path in all.withLock({ $0 }) { _ = removeTree(path) }
  }
}
