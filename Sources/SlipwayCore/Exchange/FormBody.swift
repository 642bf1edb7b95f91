import NIOCore
import Synchronization

/// The body of a form: `application/x-www-form-urlencoded` (URL Standard, section 5.1).
package enum FormBody {
  /// Reads the body of an exchange, and calls `completion` on its event loop with the values by name;
  /// the last of several counts. nil if it is no such form, too large, or never complete.
  package static func read(
    from exchange: Exchange,
    upTo limit: Int,
    _ completion: @escaping @Sendable ([String: String]?) -> Void
  ) {
    let types = exchange.request.fields["Content-Type"]
    let type = types.first?.prefix { $0 != ";" && $0 != " " }.lowercased()
    guard types.count == 1, type == "application/x-www-form-urlencoded" else {
      return completion(nil)
    }
    more(exchange, Collected(limit: limit), completion)
  }

  private final class Collected: Sendable {
    let limit: Int
    let bytes = Mutex<[UInt8]>([])

    init(limit: Int) { self.limit = limit }
  }

  private static func more(
    _ exchange: Exchange,
    _ collected: Collected,
    _ completion: @escaping @Sendable ([String: String]?) -> Void
  ) {
    exchange.read(upTo: 16 * 1024) { part in
      switch part {
      case .bytes(let bytes):
        let count = collected.bytes.withLock { all in
          all += bytes.readableBytesView
          return all.count
        }
        guard count <= collected.limit else { return completion(nil) }
        more(exchange, collected, completion)
      case .end: completion(values(in: collected.bytes.withLock { $0 }))
      case .failed: completion(nil)
      }
    }
  }

  package static func values(in body: [UInt8]) -> [String: String]? {
    var values: [String: String] = [:]
    for pair in body.split(separator: UInt8(ascii: "&")) {
      let parts = pair.split(
        separator: UInt8(ascii: "="),
        maxSplits: 1,
        omittingEmptySubsequences: false
      )
      guard let name = text(parts[0]), let value = text(parts.count > 1 ? parts[1] : []) else {
        return nil
      }
      values[name] = value
    }
    return values
  }

  private static func text(_ bytes: ArraySlice<UInt8>) -> String? {
    let spaced = bytes.map { $0 == UInt8(ascii: "+") ? UInt8(ascii: " ") : $0 }
    return PercentEncoding.decode(spaced).flatMap { String(validating: $0, as: UTF8.self) }
  }
}
