import SlipwayBuild
import SlipwayCore

extension ErrorPage {
  /// What is shown in place of an application that does not build.
  init(_ failure: BuildFailure) {
    var sections: [Section] = []
    if !failure.diagnostics.isEmpty {
      sections.append(.diagnostics(failure.diagnostics.map(Diagnostic.init)))
    }
    if !failure.output.isEmpty {
      sections.append(.output(heading: "Output of swift build", text: failure.output))
    }
    self.init(
      code: failure.stableCode,
      status: 500,
      title: "Build failed · \(failure.product)",
      message: failure.sentence,
      remedy: failure.remedy,
      sections: sections,
      healsByItself: true
    )
  }

  /// What is shown when it is not clear what is to be built.
  init(_ error: BuildError) {
    self.init(
      code: error.stableCode,
      status: 500,
      title: "Build failed",
      message: error.message,
      remedy: error.remedy,
      sections: error.diagnostics.isEmpty
        ? [] : [.diagnostics(error.diagnostics.map(Diagnostic.init))],
      healsByItself: true
    )
  }
}

extension ErrorPage {
  /// With links that open each place in an editor.
  func linked(by editor: EditorLink?) -> ErrorPage {
    guard let editor else { return self }
    func linked(_ diagnostic: Diagnostic) -> Diagnostic {
      var result = diagnostic
      if let file = diagnostic.file, file.hasPrefix("/") {
        result.link = editor.url(file: file, line: diagnostic.line)
      }
      result.notes = diagnostic.notes.map(linked(_:))
      return result
    }
    func linked(_ frame: Frame) -> Frame {
      var result = frame
      if let file = frame.file, file.hasPrefix("/") {
        result.link = editor.url(file: file, line: frame.line)
      }
      return result
    }
    var page = self
    page.sections = sections.map { section in
      switch section {
      case .diagnostics(let diagnostics):
        return .diagnostics(diagnostics.map(linked(_:)))
      case .frames(let heading, let frames):
        return .frames(heading: heading, frames.map(linked(_:)))
      case .output, .facts, .details:
        return section
      }
    }
    return page
  }
}

extension BuildFailure {
  /// Whether an edit is what mends it. Everything else, such as a full disk or a killed compiler,
  /// may have mended itself by the time somebody asks again.
  var isOfTheSources: Bool {
    diagnostics.contains { $0.severity == .error && $0.line != nil }
  }
}
