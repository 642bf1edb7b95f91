// From the handshake to the end of the connection.
extension WebSocket {
  /// Runs the application's closure beside the reader, and says goodbye when either has ended.
  ///
  /// - Throws: What the closure threw, unless that is how it learned of the end.
  func run(
    over tunnel: Tunnel,
    maximumMessageSize: Int,
    _ serve: @escaping @Sendable (WebSocket) async throws -> Void
  ) async throws {
    let outcome = await withTaskCancellationHandler {
      await withTaskGroup(of: Result<Void, any Error>?.self) { group in
        group.addTask {
          await self.attend(tunnel, maximumMessageSize: maximumMessageSize)
          return nil
        }
        group.addTask {
          do {
            return .success(try await serve(self))
          } catch {
            return .failure(error)
          }
        }
        var outcome = Result<Void, any Error>.success(())
        for await result in group {
          if let result {
            outcome = result.exceptForEnds
            // If the task was cancelled, the handler below says why, and in time.
            if !Task.isCancelled { close(outcome.closeCode) }
          }
          group.cancelAll()
        }
        return outcome
      }
    } onCancel: {
      // The gateway tells of a restart by cancelling, on its own thread, and sends what is written
      // before this returns. A client that went away does not hear it.
      self.close(.serviceRestart)
    }
    try outcome.get()
  }
}

extension Result<Void, any Error> {
  /// What the connection is closed with when the closure has ended like this.
  fileprivate var closeCode: WebSocket.CloseCode {
    switch self {
    case .success: .normal
    case .failure: .internalError
    }
  }

  /// The same without the errors that only say that the connection is over.
  fileprivate var exceptForEnds: Self {
    switch self {
    case .failure(let error)
    where error is CancellationError || error is WebSocketError
      || error as? ExchangeError == .clientGone:
      .success(())
    case .failure, .success: self
    }
  }
}
