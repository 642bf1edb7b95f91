import FoundationEssentials
package import SlipwayCore
import SlipwaySystem
package import SystemPackage

/// The descriptor that the front shares with the server: the order comes through it, reports go.
package struct FrontControl: Sendable {
  private let descriptor: FileDescriptor

  /// More than any order has.
  private static let limit = 65_536

  package init(_ descriptor: FileDescriptor) {
    self.descriptor = descriptor
  }

  /// The order: the first line. Blocks until it is there.
  package func readOrder() throws(TLSError) -> FrontOrder {
    var line: [UInt8] = []
    while true {
      guard let byte = readByte(), line.count < Self.limit else {
        throw .badOrder("it ends in the middle")
      }
      if byte == UInt8(ascii: "\n") { break }
      line.append(byte)
    }
    do {
      return try JSONDecoder().decode(FrontOrder.self, from: Data(line))
    } catch {
      throw .badOrder("it is of another form")
    }
  }

  /// Blocks until the server has closed its end.
  package func awaitEnd() {
    while readByte() != nil {}
  }

  /// Tells the server. Any thread: a report is written whole, or the server is gone.
  package func send(_ report: FrontReport) {
    guard var line = try? Array(JSONEncoder().encode(report)) else { return }
    line.append(UInt8(ascii: "\n"))
    _ = try? descriptor.writeAll(line)
  }

  private func readByte() -> UInt8? {
    var byte: UInt8 = 0
    let count = unsafe try? withUnsafeMutableBytes(of: &byte) {
      unsafe try descriptor.read(into: $0)
    }
    return count == 1 ? byte : nil
  }
}
