import Glibc

/// The executables that were built beside the tests.
package enum BuiltProducts {
  /// The absolute path of one of them.
  package static func path(of product: String) -> String {
    // The test runner lies among them: as it is, or as its own bundle.
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlink("/proc/self/exe", &buffer, buffer.count)
    let runner = String(
      decoding: buffer.prefix(max(count, 0)).map { UInt8(bitPattern: $0) },
      as: UTF8.self
    )
    let directory = runner.lastIndex(of: "/").map { runner[..<$0] } ?? "."
    return "\(directory)/\(product)"
  }
}
