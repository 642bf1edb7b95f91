import SlipwayBuild
import SlipwayCore
package import SystemPackage

/// Writes events as JSON for tools: one object a line, to standard error.
///
/// Every object begins with `time` (RFC 3339, UTC, milliseconds) and `event`; the other keys depend
/// on the event. Keys are never renamed or given another meaning; new ones may be added, so readers
/// ignore what they do not know. Times that something took are whole microseconds (`…_us`). A key
/// in brackets is left out where there is nothing to say.
///
/// | `event` | keys |
/// | --- | --- |
/// | `listening` | `urls`, `generation`, `inherited` |
/// | `watching` | `directories`, `files`, `took_us` |
/// | `changed` | `paths`, `total` |
/// | `build-started` | `package`, `product` |
/// | `build-progress` | `step`, `of`, `message` |
/// | `build-cancelled` | `package` |
/// | `build-succeeded` | `package`, `product`, `took_us`, `warnings` (diagnostics) |
/// | `build-failed` | `package`, `product`, `took_us`, `failure` |
/// | `load-failed` | `failure` |
/// | `crashed` | `generation`, `title`, `cause`, [`message`], [`file`], [`line`], [`column`], `requests`, `held_back`, [`record`] |
/// | `ready` | `generation`, [`restart_us`], `carried` |
/// | `save-timeline` | `noticed_ns`, `ready_ns` (of the monotonic clock), and for each stage that is known `…_us` |
/// | `restarting` | `generation`, `reason` |
/// | `cut` | `exchanges` |
/// | `exchange` | `id`, `request`, `peer`, `method`, `target`, `http_minor_version`, `protocol`, `mount`, [`status`], `bytes`, `took_us`, `held_us`, `cut` |
/// | `application-log` | `level`, `label`, `message`, [`code`], [`request`], [`mount`] |
/// | `application-output` | `stream` (`stdout`, `stderr`), `source`, `message` (one line) |
/// | `configuration-rejected` | `message` |
/// | `problem` | `code`, `message`, [`remedy`] |
/// | `debug-listening` | `address` |
/// | `debugger-attached`, `debugger-detached` | `client` |
/// | `debugger-awaited` | [`address`] |
/// | `debugger-came` | |
/// | `attach-command` | `command` (for a shell) |
/// | `console-pin` | `pin` |
/// | `stopping` | `reason` |
///
/// A `failure` has `code`, `title`, `message`, [`remedy`], `diagnostics`. A diagnostic has
/// `severity` (`error`, `warning`, `note`), `message`, [`file`], [`line`], [`column`], [`link`], [`excerpt`],
/// [`remedy`], [`fix_its`], `notes` (diagnostics). A fix-it has `file`, `line`, `column`, `end_line`,
/// `end_column`, `text`, [`replaced`]; columns count bytes, and all fix-its of one diagnostic are one change.
package final class JSONPresenter: EventSink {
  private let output: LineOutput

  package init(descriptor: FileDescriptor = .standardError) {
    output = LineOutput(descriptor)
  }

  package func receive(_ event: DevEvent, at time: WallTime) {
    guard case .applicationOutput(let stream, let source, let lines) = event else {
      return output.append(Self.line(for: event, at: time) + "\n")
    }
    let events = lines.map {
      DevEvent.applicationOutput(stream: stream, source: source, lines: [$0])
    }
    output.append(events.map { Self.line(for: $0, at: time) + "\n" }.joined())
  }

  package func endBatch() { output.flush() }

  /// The object, without a line break: a pure function.
  package static func line(for event: DevEvent, at time: WallTime) -> String {
    var line = JSONLine()
    line.add("time", time.rfc3339)
    switch event {
    case .listening(let urls, let generation, let isInherited):
      line.add("event", "listening")
      line.add("urls", urls.map { .string($0) })
      line.add("generation", generation)
      line.add("inherited", isInherited)
    case .watching(let directories, let files, let took):
      line.add("event", "watching")
      line.add("directories", directories)
      line.add("files", files)
      line.add("took_us", took.wholeMicroseconds)
    case .changed(let paths, let total):
      line.add("event", "changed")
      line.add("paths", paths.map { .string($0) })
      line.add("total", total)
    case .buildStarted(let package, let product):
      line.add("event", "build-started")
      line.add("package", package)
      line.add("product", product)
    case .buildProgress(let step, let total, let message):
      line.add("event", "build-progress")
      line.add("step", step)
      line.add("of", total)
      line.add("message", message)
    case .buildCancelled(let package):
      line.add("event", "build-cancelled")
      line.add("package", package)
    case .buildSucceeded(let package, let product, let took, let warnings):
      line.add("event", "build-succeeded")
      line.add("package", package)
      line.add("product", product)
      line.add("took_us", took.wholeMicroseconds)
      line.add("warnings", warnings.map { value(of: ErrorPage.Diagnostic($0)) })
    case .buildFailed(let package, let product, let took, let page):
      line.add("event", "build-failed")
      line.add("package", package)
      line.add("product", product)
      line.add("took_us", took.wholeMicroseconds)
      line.add("failure", failure(page))
    case .loadFailed(let page):
      line.add("event", "load-failed")
      line.add("failure", failure(page))
    case .crashed(let report, let record):
      add(report, record, to: &line)
    case .ready(let generation, let restart, let carried):
      line.add("event", "ready")
      line.add("generation", generation)
      line.add("restart_us", restart?.wholeMicroseconds)
      line.add("carried", carried)
    case .timed(let timeline):
      line.add("event", "save-timeline")
      line.add("noticed_ns", timeline.noticed.map { Int(clamping: $0) })
      line.add("ready_ns", timeline.ready.map { Int(clamping: $0) })
      for (name, microseconds) in timeline.stages { line.add("\(name)_us", microseconds) }
    case .restarting(let generation, let reason):
      line.add("event", "restarting")
      line.add("generation", generation)
      line.add("reason", reason)
    case .cut(let exchanges):
      line.add("event", "cut")
      line.add("exchanges", exchanges)
    case .exchange(let record):
      add(record, to: &line)
    case .applicationLog(let level, let label, let message):
      line.add("event", "application-log")
      line.add("level", level.rawValue)
      line.add("label", label)
      line.add("message", message)
    case .serverLog(let log):
      line.add("event", "application-log")
      line.add("level", log.level.rawValue)
      line.add("label", log.label)
      line.add("message", log.message)
      line.add("code", log.code)
      line.add("request", log.request)
      line.add("mount", log.mount)
    case .applicationOutput(let stream, let source, let lines):
      line.add("event", "application-output")
      line.add("stream", stream.rawValue)
      line.add("source", source)
      line.add("message", lines.joined(separator: "\n"))
    case .configurationRejected(let message):
      line.add("event", "configuration-rejected")
      line.add("message", message)
    case .problem(let code, let message, let remedy):
      line.add("event", "problem")
      line.add("code", code)
      line.add("message", message)
      line.add("remedy", remedy)
    case .debugging(let event):
      add(event, to: &line)
    case .attachCommand(let command):
      line.add("event", "attach-command")
      line.add("command", command)
    case .consolePIN(let pin):
      line.add("event", "console-pin")
      line.add("pin", pin)
    case .stopping(let reason):
      line.add("event", "stopping")
      line.add("reason", reason)
    }
    return line.text
  }

  private static func add(_ record: ExchangeRecord, to line: inout JSONLine) {
    line.add("event", "exchange")
    line.add("id", Int(clamping: record.id))
    line.add("request", record.requestID)
    line.add("peer", record.peer)
    line.add("method", record.method)
    line.add("target", record.target)
    line.add("http_minor_version", record.httpMinorVersion)
    line.add("protocol", record.protocolName)
    line.add("mount", record.mountPrefix)
    line.add("status", record.status)
    line.add("bytes", record.responseBytes)
    line.add("took_us", record.took.wholeMicroseconds)
    line.add("held_us", record.held.wholeMicroseconds)
    line.add("cut", record.wasCut)
  }

  private static func add(_ event: DevEvent.Debugging, to line: inout JSONLine) {
    switch event {
    case .listening(let address):
      line.add("event", "debug-listening")
      line.add("address", address)
    case .attached(let client):
      line.add("event", "debugger-attached")
      line.add("client", client)
    case .detached(let client):
      line.add("event", "debugger-detached")
      line.add("client", client)
    case .awaiting(let address):
      line.add("event", "debugger-awaited")
      line.add("address", address)
    case .awaitedCame:
      line.add("event", "debugger-came")
    }
  }

  private static func add(_ report: CrashReport, _ record: String?, to line: inout JSONLine) {
    line.add("event", "crashed")
    line.add("generation", report.generation)
    line.add("title", report.title)
    line.add("cause", report.cause)
    line.add("message", report.message?.text)
    line.add("file", report.place?.file)
    line.add("line", report.place?.line)
    line.add("column", report.place?.column)
    line.add("requests", report.exchanges.map { .string($0.id) })
    line.add("held_back", report.heldBack != nil)
    line.add("record", record)
  }

  private static func failure(_ page: ErrorPage) -> JSONLine.Value {
    let diagnostics = page.sections.flatMap { section -> [ErrorPage.Diagnostic] in
      if case .diagnostics(let diagnostics) = section { diagnostics } else { [] }
    }
    return .object(present: [
      ("code", .string(page.code)),
      ("title", .string(page.title)),
      ("message", .string(page.message)),
      ("remedy", page.remedy.map { .string($0) }),
      ("diagnostics", .list(diagnostics.map { value(of: $0) })),
    ])
  }

  private static func value(of diagnostic: ErrorPage.Diagnostic) -> JSONLine.Value {
    .object(present: [
      ("severity", .string(diagnostic.severity.rawValue)),
      ("message", .string(diagnostic.message)),
      ("file", diagnostic.file.map { .string($0) }),
      ("line", diagnostic.line.map { .number($0) }),
      ("column", diagnostic.column.map { .number($0) }),
      ("link", diagnostic.link.map { .string($0) }),
      ("excerpt", diagnostic.excerpt.map { .string($0) }),
      ("remedy", diagnostic.remedy.map { .string($0) }),
      ("fix_its", diagnostic.fixIts.isEmpty ? nil : .list(diagnostic.fixIts.map { value(of: $0) })),
      ("notes", .list(diagnostic.notes.map { value(of: $0) })),
    ])
  }

  private static func value(of fixIt: ErrorPage.FixIt) -> JSONLine.Value {
    .object(present: [
      ("file", .string(fixIt.file)),
      ("line", .number(fixIt.line)),
      ("column", .number(fixIt.column)),
      ("end_line", .number(fixIt.endLine)),
      ("end_column", .number(fixIt.endColumn)),
      ("text", .string(fixIt.text)),
      ("replaced", fixIt.replaced.map { .string($0) }),
    ])
  }
}

extension Duration {
  /// Rounded down, clamped to what fits.
  fileprivate var wholeMicroseconds: Int {
    let (seconds, attoseconds) = components
    let (scaled, overflow) = Int(clamping: seconds).multipliedReportingOverflow(by: 1_000_000)
    if overflow { return seconds < 0 ? .min : .max }
    let (sum, carry) = scaled.addingReportingOverflow(Int(attoseconds / 1_000_000_000_000))
    return carry ? (seconds < 0 ? .min : .max) : sum
  }
}
