import Glibc

/// A linker's name of a Swift declaration.
package enum SwiftSymbol {
  private typealias Demangle =
    @convention(c) (
      _ name: UnsafePointer<CChar>?, _ length: Int, _ output: UnsafeMutablePointer<CChar>?,
      _ outputLength: UnsafeMutablePointer<Int>?, _ flags: UInt32
    ) -> UnsafeMutablePointer<CChar>?

  /// The declaration as a programmer writes it, or the symbol itself if it is not one of Swift's.
  ///
  /// The runtime exports the function it uses for this itself; where it does not, nothing is lost.
  package static func readable(_ symbol: String) -> String {
    guard let address = unsafe dlsym(nil, "swift_demangle") else { return symbol }
    let demangle = unsafe unsafeBitCast(address, to: Demangle.self)
    guard let text = unsafe demangle(symbol, symbol.utf8.count, nil, nil, 0) else { return symbol }
    defer { unsafe free(text) }
    return unsafe String(cString: text)
  }
}
