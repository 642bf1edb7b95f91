import SlipwayCore
import SlipwaySystem

extension Generation {
  /// What the loop leaves to the generation.
  func delegate(after inheritance: Inheritance?) -> DevLoop.Delegate {
    let serverFile = ServerFile(
      directory: foundations.directory.path,
      urls: foundations.listeners.urls,
      generation: foundations.number,
      debugSocket: debugging.place
    )
    return DevLoop.Delegate(
      publish: { [self] state in
        do throws(SystemError) {
          try serverFile.publish(state)
        } catch {
          foundations.events.post(.problem(error))
        }
      },
      announceReady: { [self] in announce($0, after: inheritance) },
      replaceImage: { [self] in replaceImage($0, for: $1) },
      look: { [live = foundations.live] in live.look($0) },
      settled: { [self] in prepareForCrash($0) },
      stop: { [self] in
        stopServing($0)
        serverFile.remove()
        foundations.listeners.removeSocketFiles()
        foundations.mainThread.give(.exit(0))
      }
    )
  }

  private func announce(_ state: ServerState, after inheritance: Inheritance?) {
    if state == .ready {
      foundations.events.post(
        .ready(
          generation: foundations.number,
          restart: inheritance.map { $0.sinceOrdered },
          carried: inheritance?.connections.count ?? 0
        )
      )
      clock.mark(\.ready)
      if clock.value.executed != nil { foundations.events.post(.timed(clock.value)) }
    }
    let urls = foundations.listeners.urls
    let isFirst = foundations.announcement.make(urls: urls, generation: foundations.number)
    if isFirst, foundations.configuration.opensBrowser { openBrowser() }
    inheritance?.memory?.reap()
  }

  /// Shows the first address in a browser.
  func openBrowser() {
    guard let url = foundations.listeners.urls.first(where: { $0.hasPrefix("http") }) else {
      return
    }
    Browser.open(url, environment: foundations.sources.environment) {
      [events = foundations.events] in
      events.post(.problem($0))
    }
  }

  /// Everything is drained: the applications end, then the image. Called on the loop's thread.
  private func replaceImage(_ loop: DevLoop, for reason: RestartReason) {
    let drained = loop.takeDrained() ?? Drained(connections: [], cut: 0)
    do throws(SystemError) {
      // Before anything is ended that the process would need to go on.
      try ProcessImage.current.checkExecutable()
    } catch {
      return restartFailed(error, drained)
    }
    loop.shutDownApplications()
    // A build that was cancelled may not have ended yet, and would outlive the image.
    builds.stop(within: .seconds(2))
    let next = nextGeneration(
      newConfiguration.value,
      front: foundations.front?.suspend(),
      debugging: debugging.suspend(),
      orderedAt: loop.orderedAt,
      for: reason
    )
    do {
      let replacement = try next.replacement(
        carrying: drained.connections,
        unitsAtTheEnd: { [self] in unitsToInherit(loop.unitsAtTheEnd()) },
        onFailure: { [self] in restartFailed($0, drained) }
      )
      foundations.output?.freeze()
      foundations.events.flush(within: .milliseconds(200))
      foundations.mainThread.give(.replaceImage(replacement))
    } catch {
      restartFailed(error, drained)
    }
  }

  /// What the next generation is to be.
  func nextGeneration(
    _ configuration: DevConfiguration,
    front: Front.Handoff?,
    debugging: Debugging.Handoff?,
    orderedAt: UInt64,
    for reason: RestartReason
  ) -> NextGeneration {
    NextGeneration(
      number: foundations.number + 1,
      configuration: configuration,
      listeners: foundations.listeners.open,
      front: front,
      debugging: debugging,
      live: foundations.live.state.value,
      console: foundations.console.value,
      lock: foundations.lock,
      units: plan.units,
      changed: changed,
      watch: watch,
      terminal: Terminal.saved,
      orderedAt: orderedAt,
      timeline: clock.value,
      isAnnounced: foundations.announcement.wasMade,
      endsOnHangup: foundations.endsOnHangup,
      output: foundations.output?.streams,
      reason: reason
    )
  }

  private func restartFailed(_ error: any Error, _ drained: Drained) {
    foundations.output?.resume()
    foundations.events.post(.problem(error))
    foundations.front?.resume()
    debugging.resume()
    gateway.resume(drained)
    inbox.send(.restartFailed(ErrorPage(problem: error)))
  }

  /// The orderly end: running exchanges end, applications are told. Called on the loop's thread.
  private func stopServing(_ loop: DevLoop) {
    CrashGuard.letEnd()
    let drained = Inbox<Void>()
    gateway.drain(grace: foundations.configuration.grace) { _ in drained.send(()) }
    // The second is for an event loop that an application blocks.
    _ = drained.receive(within: foundations.configuration.grace + .seconds(1))
    foundations.front?.stop()
    debugging.stop()
    loop.shutDownApplications()
    builds.stop(within: .seconds(2))
    watch?.stop()
    Terminal.restore()
    foundations.events.flush(within: .seconds(1))
  }

  /// Asks for the orderly end. Returns false if that has been done before. Any thread.
  func stop(because reason: String) -> Bool {
    guard foundations.mainThread.announceEnd() else { return false }
    foundations.events.post(.stopping(reason: reason))
    inbox.send(.stopRequested)
    return true
  }

  /// Leaves nothing running behind, in a hurry. Any thread.
  func abandon() {
    builds.stop(within: .milliseconds(500))
  }
}
