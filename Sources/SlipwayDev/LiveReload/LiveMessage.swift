import SlipwayCore

/// What is said on the push channel: objects of JSON (RFC 8259), told apart by `type`.
enum LiveMessage {
  /// All that a page has to know; the first that it hears.
  static func hello(
    _ value: LiveState.Value,
    _ outlook: LiveState.Outlook,
    paths: [String],
    _ incident: LiveState.Incident?
  ) -> String {
    var line = JSONLine()
    line.add("type", "hello")
    line.add("run", value.run)
    line.add("edition", value.edition)
    line.add("number", value.number)
    line.add("paths", paths.map(JSONLine.Value.string))
    line.add("state", outlook.state.rawValue)
    line.add("news", value.news)
    line.add(outlook)
    return line.text(
      with: ("problems", outlook.problems),
      ("incident", incident?.document ?? "null")
    )
  }

  static func state(_ outlook: LiveState.Outlook, _ value: LiveState.Value) -> String {
    var line = JSONLine()
    line.add("type", "state")
    line.add("edition", value.edition)
    line.add("state", outlook.state.rawValue)
    line.add("news", value.news)
    line.add(outlook)
    return line.text(with: ("problems", outlook.problems))
  }

  static func changed(_ change: LiveState.Change) -> String {
    var line = JSONLine()
    line.add("type", "changed")
    line.add("number", change.number)
    line.add("paths", change.paths.map(JSONLine.Value.string))
    return line.text
  }

  static func progress(_ progress: LiveState.Progress) -> String {
    var line = JSONLine()
    line.add("type", "progress")
    line.add("step", progress.step)
    line.add("of", progress.count)
    return line.text
  }

  static func incident(_ incident: LiveState.Incident) -> String {
    var line = JSONLine()
    line.add("type", "incident")
    return line.text(with: ("incident", incident.document))
  }
}

extension LiveState.Outlook {
  fileprivate var problems: String {
    "[" + failures.map(\.shortened.problemText).joined(separator: ",") + "]"
  }
}

extension LiveState.Incident {
  fileprivate var document: String {
    var line = JSONLine()
    line.add("number", number)
    line.add("referrer", referrer)
    return line.text(with: ("problem", page.problemText))
  }
}

extension JSONLine {
  /// What of the server answers already.
  fileprivate mutating func add(_ outlook: LiveState.Outlook) {
    guard outlook.state == .starting else { return }
    add("answering", outlook.answering.map(JSONLine.Value.string))
    add("waiting", outlook.waiting.map(JSONLine.Value.string))
  }

  /// The object with more members, whose values are JSON already.
  fileprivate func text(with members: (name: String, json: String)...) -> String {
    text.dropLast() + members.map { ",\"\($0.name)\":\($0.json)" }.joined() + "}"
  }
}

extension ErrorPage {
  /// With no more than fits over a page: every open page is told all of it.
  var shortened: ErrorPage {
    var page = self
    page.sections = sections.prefix(6)
      .map { section -> Section in
        switch section {
        case .diagnostics(let all): .diagnostics(Array(all.prefix(20)))
        case .output(let heading, let text): .output(heading: heading, text: text.end(4000))
        case .frames, .facts, .details: section
        }
      }
    return page
  }
}

extension String {
  /// The last bytes: a tool says at the end why it ended.
  fileprivate func end(_ limit: Int) -> String {
    utf8.count <= limit ? self : "…" + String(decoding: utf8.suffix(limit), as: UTF8.self)
  }
}
