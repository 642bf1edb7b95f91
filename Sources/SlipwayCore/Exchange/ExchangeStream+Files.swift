// Files as response bodies, without a copy of them in our memory.
extension ExchangeStream {
  /// Sends what can be sent of a range without waiting; see `Exchange.write(_:_:_:)`.
  func write(
    _ file: OpenFile,
    _ range: Range<Int>,
    _ completion: @escaping @Sendable (FileProgress) -> Void
  ) {
    guard case .streaming(let framing) = phase, !isGone, framing.body != .none else {
      return connection.inNextTurn { completion(.gone) }
    }
    // Chunks need a frame around them; and what is more than was announced is for `write` to refuse.
    guard case .counted(let left) = framing.body, range.count <= left else {
      return connection.inNextTurn { completion(.blocked(after: 0)) }
    }
    flushHead { isSent in
      let progress = isSent ? self.transfer(file, range) : .gone
      if progress == .gone { self.connectionLost() }
      completion(progress)
    }
  }

  private func transfer(_ file: OpenFile, _ range: Range<Int>) -> FileProgress {
    guard case .streaming = phase, !isGone, let transfer = connection.transfer(file, range) else {
      return .gone
    }
    switch transfer {
    case .sent(let count):
      account(forSent: count)
      return .sent(count)
    case .blocked(let count):
      account(forSent: count)
      return .blocked(after: count)
    case .ended(let count):
      account(forSent: count)
      return .ended
    }
  }
}
