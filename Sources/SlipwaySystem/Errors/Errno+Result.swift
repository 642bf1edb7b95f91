import Glibc
package import SystemPackage

extension Errno {
  /// The errno of the call that has just failed on this thread.
  package static var last: Errno { Errno(rawValue: Glibc.errno) }

  /// Calls `body` again while it is interrupted, and turns -1 into a typed error. The one place
  /// where EINTR is dealt with.
  package static func check<Result: FixedWidthInteger>(
    _ body: () -> Result
  ) throws(Errno) -> Result {
    while true {
      let result = body()
      guard result == -1 else { return result }
      let errno = last
      guard errno == .interrupted else { throw errno }
    }
  }
}
