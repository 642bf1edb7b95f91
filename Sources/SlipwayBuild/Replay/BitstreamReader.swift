/// Reads LLVM's bitstream container as far as the compiler's files about dependencies and findings use
/// it: nested blocks, abbreviations of fixed, variable and blob operands.
///
/// See "LLVM Bitcode File Format" in LLVM's documentation. Never traps: what is malformed ends the
/// reading, and `isAtEnd` stays false.
package struct BitstreamReader {
  package struct Record: Equatable {
    package let code: UInt64

    /// How many blocks it stands in.
    package let depth: Int
    package var operands: [UInt64] = []
    package var blob: [UInt8]?
  }

  private struct Block {
    let id: UInt64
    let width: Int
    var abbreviations: [[Operand]]
  }

  /// Blocks in blocks beyond this are no file of a compiler.
  private static let depthLimit = 16

  /// The block that describes the others.
  private static let blockInfo: UInt64 = 0

  private enum Operand {
    case literal(UInt64)
    case fixed(Int)
    case variable(Int)
    case blob
  }

  private let bytes: [UInt8]
  private var position = 32
  private var blocks: [Block] = []
  /// What BLOCKINFO has defined, by the block it is for.
  private var common: [UInt64: [[Operand]]] = [:]
  package private(set) var isAtEnd = false

  /// Nil unless the bytes begin with the four characters of `signature`.
  package init?(_ bytes: [UInt8], signature: String) {
    guard bytes.count >= 4, bytes.count % 4 == 0, Array(bytes[..<4]) == Array(signature.utf8) else {
      return nil
    }
    self.bytes = bytes
  }

  /// The next record of any block but that which only describes the others.
  package mutating func next() -> Record? {
    var described: UInt64?
    while !isAtEnd {
      if blocks.isEmpty, position == bytes.count * 8 {
        isAtEnd = true
        return nil
      }
      let block = blocks.last
      guard let id = fixed(block?.width ?? 2) else { return nil }
      switch id {
      case 0:
        guard block != nil, align() else { return nil }
        blocks.removeLast()
      case 1:
        guard enterBlock() else { return nil }
      case 2:
        guard let block, let abbreviation = abbreviation() else { return nil }
        if block.id == Self.blockInfo {
          guard let described else { return nil }
          common[described, default: []].append(abbreviation)
        } else {
          blocks[blocks.count - 1].abbreviations.append(abbreviation)
        }
      default:
        guard let block, let record = record(id, in: block) else { return nil }
        guard block.id == Self.blockInfo else { return record }
        // SETBID; the others are names.
        if record.code == 1 { described = record.operands.first }
      }
    }
    return nil
  }

  private mutating func enterBlock() -> Bool {
    guard let id = variable(8), let width = variable(4), align(), fixed(32) != nil,
      (2...32).contains(width), blocks.count < Self.depthLimit
    else { return false }
    blocks.append(Block(id: id, width: Int(width), abbreviations: common[id] ?? []))
    return true
  }

  private mutating func abbreviation() -> [Operand]? {
    guard let count = variable(5), count <= 64 else { return nil }
    var operands: [Operand] = []
    for _ in 0..<count {
      guard let isLiteral = fixed(1) else { return nil }
      if isLiteral == 1 {
        guard let value = variable(8) else { return nil }
        operands.append(.literal(value))
        continue
      }
      switch fixed(3) {
      case 1:
        guard let width = variable(5), width <= 64 else { return nil }
        operands.append(.fixed(Int(width)))
      case 2:
        guard let width = variable(5), (2...32).contains(width) else { return nil }
        operands.append(.variable(Int(width)))
      case 5:
        operands.append(.blob)
      default:
        return nil
      }
    }
    return operands
  }

  private mutating func record(_ id: UInt64, in block: Block) -> Record? {
    guard id != 3 else { return unabbreviated() }
    let index = Int(clamping: id) - 4
    guard block.abbreviations.indices.contains(index) else { return nil }
    return abbreviated(block.abbreviations[index])
  }

  private mutating func unabbreviated() -> Record? {
    guard let code = variable(6), let count = variable(6), count <= UInt64(bytes.count) else {
      return nil
    }
    var record = Record(code: code, depth: blocks.count)
    for _ in 0..<count {
      guard let operand = variable(6) else { return nil }
      record.operands.append(operand)
    }
    return record
  }

  private mutating func abbreviated(_ operands: [Operand]) -> Record? {
    guard let first = operands.first, let code = value(first) else { return nil }
    var record = Record(code: code, depth: blocks.count)
    for operand in operands.dropFirst() {
      if case .blob = operand {
        guard let blob = blob() else { return nil }
        record.blob = blob
      } else {
        guard let value = value(operand) else { return nil }
        record.operands.append(value)
      }
    }
    return record
  }

  private mutating func value(_ operand: Operand) -> UInt64? {
    switch operand {
    case .literal(let value): value
    case .fixed(let width): width == 0 ? 0 : fixed(width)
    case .variable(let width): variable(width)
    case .blob: nil
    }
  }

  private mutating func blob() -> [UInt8]? {
    guard let count = variable(6), count <= UInt64(bytes.count), align() else { return nil }
    let start = position / 8
    let end = start + Int(count)
    guard end <= bytes.count else { return nil }
    position = end * 8
    return align() ? Array(bytes[start..<end]) : nil
  }

  /// To the next multiple of 32 bits.
  private mutating func align() -> Bool {
    position = (position + 31) / 32 * 32
    return position <= bytes.count * 8
  }

  private mutating func fixed(_ width: Int) -> UInt64? {
    guard position + width <= bytes.count * 8 else { return nil }
    var result: UInt64 = 0
    var taken = 0
    while taken < width {
      let offset = position & 7
      let count = min(8 - offset, width - taken)
      let part = UInt64(bytes[position >> 3] >> UInt8(offset)) & (1 << UInt64(count) - 1)
      result |= part << UInt64(taken)
      taken += count
      position += count
    }
    return result
  }

  private mutating func variable(_ width: Int) -> UInt64? {
    let more: UInt64 = 1 << UInt64(width - 1)
    var result: UInt64 = 0
    var shift: UInt64 = 0
    while true {
      guard shift < 64, let chunk = fixed(width) else { return nil }
      result |= (chunk & (more - 1)) << shift
      if chunk & more == 0 { return result }
      shift += UInt64(width - 1)
    }
  }
}
