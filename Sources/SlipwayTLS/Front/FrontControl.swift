import FoundationEssentials
package import SlipwayCore
import SlipwaySystem
package import SystemPackage

/// The descriptor that the front shares with the server: the order comes through it, reports go.
package struct FrontControl: Sendable {
  private let descriptor: FileDescriptor

  package init(_ descriptor: FileDescriptor) {
    self.descriptor = descriptor
  }

  /// The order: the first line. Blocks until it is there.
  package func readOrder() throws(TLSError) -> FrontOrder {
    guard let line = ControlLines.first(from: descriptor) else {
      throw .badOrder("it ends in the middle")
    }
    do {
      return try JSONDecoder().decode(FrontOrder.self, from: Data(line))
    } catch {
      throw .badOrder("it is of another form")
    }
  }

  /// Blocks until the server has closed its end.
  package func awaitEnd() {
    while ControlLines.first(from: descriptor) != nil {}
  }

  /// Tells the server. Any thread: a report is written whole, or the server is gone.
  package func send(_ report: FrontReport) {
    if let line = try? JSONEncoder().encode(report) { ControlLines.send(line, over: descriptor) }
  }
}
