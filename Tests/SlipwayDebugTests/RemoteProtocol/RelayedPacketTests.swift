import SlipwayDebug
import Testing

/// What the relay makes of packets: everything passes as it is, and what has been changed in the
/// process is put back when the client is gone.
@Suite(.timeLimit(.minutes(5)))
struct RelayedPacketTests {
  @Test func passesEverythingOnAsItIs() {
    var relay = RelayedSession(process: 77)
    let sent = "+$QStartNoAckMode#b0+$qSupported:xmlRegisters=i386#12\u{3}-$X1000,3:a}\u{3}b#aa"
    #expect(relay.client(sent) == .server(sent))
    let answered = "+$OK#9a$PacketSize=20000#aa%Stop:T05#00+"
    #expect(relay.server(answered) == .client(answered))
  }

  @Test func keepsLLDBFromStoppingAtEveryChildOfTheServer() {
    var relay = RelayedSession(process: 77)
    let asked = packet("qSupported:xmlRegisters=i386;fork-events+;vfork-events+;swbreak+")
    #expect(
      relay.client(asked)
        == .server(packet("qSupported:xmlRegisters=i386;fork-events+;swbreak+"))
    )
  }

  @Test func passesAPacketOnOnlyWhenItIsWhole() {
    var relay = RelayedSession(process: 77)
    #expect(relay.client("$Z0,4011") == RelayedSession.Outcome())
    #expect(relay.client("36,1#") == RelayedSession.Outcome())
    #expect(relay.client("d9") == .server("$Z0,401136,1#d9"))
  }

  @Test func detachesAtOnceWhenNothingWasChanged() {
    var relay = RelayedSession(process: 77)
    relay.exchange("QStartNoAckMode", "OK")
    relay.exchange("?", "T13thread:1;")
    #expect(relay.clientIsGone() == .server(packet("D")))
    #expect(relay.server(packet("OK")).isFinished)
  }

  @Test func removesEveryBreakpointBeforeItDetaches() {
    var relay = RelayedSession(process: 77)
    relay.exchange("QStartNoAckMode", "OK")
    relay.exchange("Z0,401136,1;X3,220027", "OK")
    relay.exchange("Z0,401200,1", "OK")
    relay.exchange("Z1,401300,1", "OK")
    relay.exchange("z0,401200,1", "OK")
    #expect(relay.clientIsGone() == .server(packet("z0,401136,1")))
    #expect(relay.server(packet("OK")) == .server(packet("z1,401300,1")))
    #expect(relay.server(packet("E01")) == .server(packet("D")))
    #expect(relay.server(packet("OK")).isFinished)
  }

  @Test(arguments: ["c", "vCont;c", "vCont;c:p1.-1", "C05", "s"])
  func stopsARunningProcessFirst(resumption: String) {
    var relay = RelayedSession(process: 77)
    relay.exchange("QStartNoAckMode", "OK")
    relay.exchange("Z0,401136,1", "OK")
    #expect(relay.client(packet(resumption)).tellsOfResumption)
    _ = relay.server(packet("O48656c6c6f"))
    #expect(relay.clientIsGone() == .server("\u{3}"))
    #expect(relay.server(packet("O48656c6c6f")) == RelayedSession.Outcome())
    #expect(relay.server(packet("T02thread:1;")) == .server(packet("z0,401136,1")))
    #expect(relay.server(packet("OK")) == .server(packet("D")))
    #expect(relay.server(packet("OK")).isFinished)
  }

  @Test func stopsTheProcessItselfWhereTheServerMayFailTo() {
    var relay = RelayedSession(process: 77, interruptsBySignal: true)
    relay.exchange("QStartNoAckMode", "OK")
    _ = relay.client(packet("vCont;c"))
    #expect(relay.client("\u{3}") == RelayedSession.Outcome(interrupts: true))
    // SIGCONT, whose number in this protocol is 0x13: gdb asked for an interrupt, and hears of one.
    #expect(relay.server(packet("T13thread:1;")) == .client(packet("T02thread:1;")))
    _ = relay.client(packet("vCont;c"))
    #expect(relay.server(packet("T13thread:1;")) == .client(packet("T13thread:1;")))
    _ = relay.client(packet("vCont;c"))
    #expect(relay.clientIsGone() == RelayedSession.Outcome(interrupts: true))
    #expect(relay.server(packet("T13thread:1;")) == .server(packet("D")))
  }

  @Test func leavesNoSignalToAProcessThatHasStoppedAlready() {
    var relay = RelayedSession(process: 77, interruptsBySignal: true)
    relay.exchange("QStartNoAckMode", "OK")
    relay.exchange("vCont;c", "T05swbreak:;")
    #expect(relay.client("\u{3}") == RelayedSession.Outcome())
    #expect(relay.clientIsGone() == .server(packet("D")))
  }

  @Test func tellsOfAnInterruptThatCameTogetherWithABreakpoint() {
    var relay = RelayedSession(process: 77, interruptsBySignal: true)
    relay.exchange("QStartNoAckMode", "OK")
    _ = relay.client(packet("vCont;c"))
    #expect(relay.client("\u{3}").interrupts)
    #expect(relay.server(packet("T05swbreak:;")) == .client(packet("T05swbreak:;")))
    _ = relay.client(packet("vCont;c"))
    #expect(relay.server(packet("T13thread:1;")) == .client(packet("T02thread:1;")))
  }

  @Test func tellsOfTheProcessesEndEvenWhileItIsToBeStopped() {
    var relay = RelayedSession(process: 77)
    relay.exchange("QStartNoAckMode", "OK")
    _ = relay.client(packet("c"))
    _ = relay.clientIsGone()
    let outcome = relay.server(packet("X09"))
    #expect(outcome.toClient == packet("X09"))
    #expect(outcome.isFinished)
  }

  @Test func waitsForRepliesThatAreStillOwed() {
    var relay = RelayedSession(process: 77)
    relay.exchange("QStartNoAckMode", "OK")
    _ = relay.client(packet("m401136,10"))
    #expect(relay.clientIsGone() == RelayedSession.Outcome())
    #expect(relay.server(packet("00112233")) == .server(packet("D")))
  }

  @Test func acknowledgesWhileThatIsAskedFor() {
    var relay = RelayedSession(process: 77)
    relay.exchange("Z0,401136,1", "OK")
    #expect(relay.clientIsGone() == .server(packet("z0,401136,1")))
    #expect(relay.server("+" + packet("OK")) == .server("+" + packet("D")))
  }

  @Test func namesTheProcessWhereBothSidesNumberThem() {
    var relay = RelayedSession(process: 0x1f2e)
    relay.exchange("qSupported:multiprocess+;swbreak+", "PacketSize=3fff;multiprocess+")
    relay.exchange("QStartNoAckMode", "OK")
    #expect(relay.clientIsGone() == .server(packet("D;1f2e")))
  }

  @Test func forgetsTheBreakpointsOfAnImageThatIsNoMore() {
    for stop in ["T05thread:1;reason:exec;", "T05exec:2f62696e;thread:1;"] {
      var relay = RelayedSession(process: 77)
      relay.exchange("QStartNoAckMode", "OK")
      relay.exchange("Z0,401136,1", "OK")
      _ = relay.client(packet("c"))
      #expect(relay.server(packet(stop)).tellsOfExec)
      #expect(relay.clientIsGone() == .server(packet("D")))
    }
  }

  @Test func restoresRegistersThatAnExpressionHasTaken() {
    var relay = RelayedSession(process: 77)
    relay.exchange("QStartNoAckMode", "OK")
    relay.exchange("QSaveRegisterState;thread:4d;", "1")
    relay.exchange("QSaveRegisterState;thread:4d;", "2")
    relay.exchange("QSaveRegisterState;thread:4d;", "3")
    relay.exchange("QRestoreRegisterState:2;thread:4d;", "OK")
    #expect(relay.clientIsGone() == .server(packet("QRestoreRegisterState:3;thread:4d;")))
    #expect(relay.server(packet("OK")) == .server(packet("QRestoreRegisterState:1;thread:4d;")))
    #expect(relay.server(packet("OK")) == .server(packet("D")))
  }

  @Test(arguments: ["k", "vKill;1f"])
  func detachesWhereAClientWantsToKill(request: String) {
    var relay = RelayedSession(process: 77)
    relay.exchange("QStartNoAckMode", "OK")
    relay.exchange("Z0,401136,1", "OK")
    let outcome = relay.client(packet(request))
    #expect(outcome.toClient == packet("X09"))
    #expect(outcome.toServer == packet("z0,401136,1"))
    #expect(outcome.tellsOfKill)
    #expect(relay.server(packet("OK")) == .server(packet("D")))
    #expect(relay.server(packet("OK")).isFinished)
  }

  @Test func doesNothingMoreForAProcessThatHasEnded() {
    for end in ["W00", "X09"] {
      var relay = RelayedSession(process: 77)
      relay.exchange("QStartNoAckMode", "OK")
      relay.exchange("Z0,401136,1", "OK")
      _ = relay.client(packet("c"))
      _ = relay.server(packet(end))
      let outcome = relay.clientIsGone()
      #expect(outcome.isFinished && outcome.toServer.isEmpty)
    }
  }

  @Test func takesMemoryThatLooksLikeAnEndForMemory() {
    var relay = RelayedSession(process: 77)
    relay.exchange("QStartNoAckMode", "OK")
    relay.exchange("Z0,401136,1", "OK")
    relay.exchange("x401136,4", "X09f")
    #expect(relay.clientIsGone() == .server(packet("z0,401136,1")))
  }

  @Test(arguments: ["D", "D;4d"])
  func isDoneWhenTheClientHasDetached(request: String) {
    var relay = RelayedSession(process: 77)
    relay.exchange("QStartNoAckMode", "OK")
    relay.exchange("Z0,401136,1", "OK")
    #expect(relay.client(packet(request)) == .server(packet(request)))
    #expect(
      relay.server(packet("OK")) == RelayedSession.Outcome(toClient: packet("OK"), isFinished: true)
    )
    #expect(relay.clientIsGone() == RelayedSession.Outcome())
  }

  @Test func goesOnWhereTheClientLetsAChildOfTheProcessGo() {
    var relay = RelayedSession(process: 77)
    relay.exchange("QStartNoAckMode", "OK")
    relay.exchange("Z0,401136,1", "OK")
    _ = relay.client(packet("D;75d5"))
    #expect(relay.server(packet("OK")) == .client(packet("OK")))
    #expect(relay.clientIsGone() == .server(packet("z0,401136,1")))
  }

  @Test func goesOnWhereTheClientCouldNotDetach() {
    var relay = RelayedSession(process: 77)
    relay.exchange("QStartNoAckMode", "OK")
    _ = relay.client(packet("D"))
    #expect(relay.server(packet("E01")) == .client(packet("E01")))
    #expect(relay.clientIsGone() == .server(packet("D")))
  }

  @Test func noBytesMakeItTrap() {
    var generator = SystemRandomNumberGenerator()
    let pieces = [
      "$", "#", "%", "+", "-", "\u{3}", "}", "Z0,1,1", "z0,1,1", "c", "k", "D", "vCont;c", "T05",
      "W00", "OK", "QSaveRegisterState", "1", "reason:exec;", "#00", ";", ",", "\u{ff}",
    ]
    for _ in 0..<2000 {
      var relay = RelayedSession(process: 1)
      for _ in 0..<Int.random(in: 0..<30, using: &generator) {
        let piece = pieces.randomElement(using: &generator) ?? ""
        if Bool.random(using: &generator) {
          _ = relay.client(piece)
        } else {
          _ = relay.server(piece)
        }
        if Int.random(in: 0..<50, using: &generator) == 0 { _ = relay.clientIsGone() }
      }
      _ = relay.clientIsGone()
      _ = relay.server("$OK#9a$OK#9a$T05#b9")
    }
  }
}
