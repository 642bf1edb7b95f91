import FoundationEssentials

/// A line of `slipway --log-format json`: what happened, with the keys that `JSONPresenter` lists.
package struct ServerEvent: Sendable, CustomStringConvertible {
  /// A JSON value.
  package indirect enum Value: Sendable, Equatable {
    case text(String)
    case number(Int)
    case boolean(Bool)
    case list([Value])
    case object([String: Value])
    case null

    package var text: String? { if case .text(let text) = self { text } else { nil } }
    package var number: Int? { if case .number(let number) = self { number } else { nil } }
    package var flag: Bool? { if case .boolean(let flag) = self { flag } else { nil } }
    package var list: [Value] { if case .list(let list) = self { list } else { [] } }

    package subscript(key: String) -> Value? {
      if case .object(let members) = self { members[key] } else { nil }
    }
  }

  /// The value of `event`.
  package let name: String
  private let members: Value

  /// The line as it was written.
  package let description: String

  /// - Returns: nil if the line is no event.
  package init?(line: String) {
    guard let members = Value(json: line), let name = members["event"]?.text else { return nil }
    self.name = name
    self.members = members
    description = line
  }

  package subscript(key: String) -> Value? { members[key] }
}

extension ServerEvent.Value: Decodable {
  /// - Returns: nil if the text is no JSON.
  package init?(json: String) {
    guard let value = try? JSONDecoder().decode(Self.self, from: Data(json.utf8)) else {
      return nil
    }
    self = value
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let boolean = try? container.decode(Bool.self) {
      self = .boolean(boolean)
    } else if let number = try? container.decode(Int.self) {
      self = .number(number)
    } else if let number = try? container.decode(Double.self) {
      self = .number(Int(exactly: number.rounded()) ?? .max)
    } else if let text = try? container.decode(String.self) {
      self = .text(text)
    } else if let list = try? container.decode([ServerEvent.Value].self) {
      self = .list(list)
    } else {
      self = .object(try container.decode([String: ServerEvent.Value].self))
    }
  }
}
