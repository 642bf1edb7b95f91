import SlipwayCore

// The page of a traceback: what was raised and where in the application's own code comes first, what is
// of libraries last.
extension TracebackReport {
  func failure(of request: Request) -> AppFailure {
    let what = sentence + (place.map { " (\($0))" } ?? "")
    return AppFailure(message: what, code: "SW262", page: page(of: request))
  }

  func loadError(of options: WSGIOptions, said: String) -> WSGIError {
    let name = options.file.isEmpty ? options.module : options.file
    return WSGIError(
      .loadFailed,
      exceptions.isEmpty
        ? "\(name) could not be imported: \(said)"
        : "\(name) could not be imported. \(sentence)",
      remedy: remedy ?? "Mend it and save: it is imported again at once.",
      sections: sections
    )
  }

  private func page(of request: Request) -> ErrorPage {
    let mount = request.mountPrefix.isEmpty ? "/" : request.mountPrefix
    return ErrorPage(
      code: "SW262",
      status: 500,
      title: "Uncaught exception · \(exceptions.first?.type ?? "")",
      message: sentence,
      remedy: remedy ?? "Mend it and save: the next request is answered by the new code.",
      sections: sections + [
        .facts(
          heading: "Exchange",
          [
            ErrorPage.Fact("Method", request.method), ErrorPage.Fact("Target", request.target),
            ErrorPage.Fact("Mount", mount),
          ]
        ),
        .details(heading: "Request fields", request.shownFields),
      ],
      awaitsNewCode: true
    )
  }

  /// What may mend an import.
  private var remedy: String? {
    if let refused {
      let first =
        refused == "own-gil"
        ? "Remove `own-gil` from the mount. If that is not enough, remove" : "Remove"
      return "A module that is written in C does not work in an interpreter beside the main one. "
        + "\(first) `application-group`: it is %{GLOBAL} then, the main interpreter."
    }
    guard let missing else { return nil }
    let root = missing.name.split(separator: ".").first.map(String.init) ?? missing.name
    if let loaded = missing.loadedFrom, !loaded.isEmpty {
      guard let other = missing.found.first else { return nil }
      return
        "\(root) was taken from \(loaded), which may be an outdated copy; there is another in \(other). "
        + "Add to the mount: `python-path: \(other)`, or uninstall the copy."
    }
    if let directory = missing.found.first {
      return "The module \(root) is in \(directory). Add to the mount: `python-path: \(directory)`."
    }
    return "No directory nearby has the module \(root). Install it into the environment "
      + "(`pip install \(root)`), or name its directory with `python-path`."
  }

  private var sections: [ErrorPage.Section] {
    var sections: [ErrorPage.Section] = []
    for exception in exceptions {
      sections += exception.sections(isFirst: exceptions.first?.relation == exception.relation)
    }
    if !path.isEmpty {
      let facts = path.enumerated().map { ErrorPage.Fact("\($0.offset + 1)", $0.element) }
      sections.append(.details(heading: "sys.path", facts))
    }
    return sections
  }
}

extension TracebackReport.Raised {
  private var title: String {
    let what = message.isEmpty ? type : "\(type): \(message)"
    return relation.isEmpty ? what : "\(relation): \(what)"
  }

  fileprivate func sections(isFirst: Bool) -> [ErrorPage.Section] {
    // The innermost frame of the application is what is looked for.
    let own = frames.filter { !$0.isLibrary }.reversed()
    var sections: [ErrorPage.Section] = []
    var heading = ErrorPage.Diagnostic(severity: .error, message: title)
    heading.notes = notes.map { ErrorPage.Diagnostic(severity: .note, message: $0) }
    if let innermost = own.first {
      heading.file = innermost.file
      heading.line = innermost.line
      heading.column = innermost.column
      heading.excerpt = innermost.source
    }
    sections.append(.diagnostics([heading]))
    if !own.isEmpty {
      // The source of the innermost one has been shown.
      let shown = own.enumerated().map { $1.shown(withSource: $0 > 0) }
      let name = isFirst ? "Frames of the application" : "Frames of the application, \(type)"
      sections.append(.frames(heading: name, shown))
    }
    let text = frames.map(\.lineOfText).joined(separator: "\n")
    let more = leftOut > 0 ? "\n(\(leftOut) frames in the middle are left out)" : ""
    if !text.isEmpty {
      sections.append(
        .output(heading: "All frames, libraries’ too, outermost first", text: text + more)
      )
    }
    return sections
  }
}

extension TracebackReport {
  /// The frames of the first stack, with their sources.
  var frames: [ErrorPage.Frame] {
    exceptions.first?.frames.map { $0.shown(withSource: true) } ?? []
  }
}

extension TracebackReport.Frame {
  private var name: String { function.isEmpty ? "<module>" : function }

  fileprivate func shown(withSource: Bool) -> ErrorPage.Frame {
    var shown = ErrorPage.Frame(
      function: name,
      file: file,
      line: line,
      column: column,
      excerpt: withSource ? source : nil,
      locals: locals.compactMap { pair in
        pair.count == 2 ? ErrorPage.Fact(pair[0], pair[1]) : nil
      },
      isOwn: !isLibrary
    )
    shown.console = console.map(ConsolePage.path(of:))
    return shown
  }

  fileprivate var lineOfText: String {
    let code = source.split(separator: "\n").first { $0.hasPrefix(">") }
    let text =
      code.flatMap { $0.split(separator: "|", maxSplits: 1).last }.map { "\n    \($0)" } ?? ""
    return "\(file):\(line) in \(name)\(text)"
  }
}
