import NIOCore

extension ErrorPage {
  /// The page as a problem document (RFC 9457). Beside the members of the standard: `code`,
  /// `remedy`, `requestId`, `retryAfter`, `diagnostics`, `output`, `facts` and `frames`.
  func problemDocument(requestID: String?) -> ByteBuffer {
    var json = JSONWriter()
    json.object { json in
      json.text("type", "urn:slipway:error:\(code)")
      json.text("title", title)
      json.number("status", status)
      json.text("detail", message)
      json.text("code", code)
      json.text("remedy", remedy)
      json.text("requestId", requestID)
      json.number("retryAfter", retryAfter)
      json.array("diagnostics") { json in
        for case .diagnostics(let diagnostics) in sections {
          for diagnostic in diagnostics { diagnostic.write(to: &json) }
        }
      }
      json.array("output") { json in
        for case .output(let heading, let text) in sections {
          json.object {
            $0.text("heading", heading)
            $0.text("text", text)
          }
        }
      }
      json.array("facts") { json in
        for section in sections {
          switch section {
          case .facts(let heading, let facts), .details(let heading, let facts):
            for fact in facts { fact.write(to: &json, below: heading) }
          case .diagnostics, .output, .frames: break
          }
        }
      }
      json.array("frames") { json in
        for case .frames(let heading, let frames) in sections {
          for frame in frames { frame.write(to: &json, below: heading) }
        }
      }
    }
    return json.bytes
  }

  /// The same as text, of no request.
  package var problemText: String { String(buffer: problemDocument(requestID: nil)) }
}

extension ErrorPage.Diagnostic {
  fileprivate func write(to json: inout JSONWriter) {
    json.object { json in
      json.text("severity", severity.rawValue)
      json.text("message", message)
      json.text("file", file)
      json.number("line", line)
      json.number("column", column)
      json.text("link", link)
      json.text("excerpt", excerpt)
      json.text("remedy", remedy)
      if !fixIts.isEmpty {
        json.array("fixIts") { json in
          for fixIt in fixIts { fixIt.write(to: &json) }
        }
      }
      json.array("notes") { json in
        for note in notes { note.write(to: &json) }
      }
    }
  }
}

extension ErrorPage.FixIt {
  fileprivate func write(to json: inout JSONWriter) {
    json.object { json in
      json.text("file", file)
      json.number("line", line)
      json.number("column", column)
      json.number("endLine", endLine)
      json.number("endColumn", endColumn)
      json.text("text", text)
      json.text("replaced", replaced)
    }
  }
}

extension ErrorPage.Fact {
  fileprivate func write(to json: inout JSONWriter, below heading: String? = nil) {
    json.object {
      $0.text("heading", heading)
      $0.text("name", name)
      $0.text("value", value)
      $0.text("link", link)
    }
  }
}

extension ErrorPage.Frame {
  fileprivate func write(to json: inout JSONWriter, below heading: String) {
    json.object { json in
      json.text("heading", heading)
      json.text("function", function)
      json.text("file", file)
      json.number("line", line)
      json.number("column", column)
      json.text("link", link)
      json.text("console", console)
      json.text("excerpt", excerpt)
      json.text("origin", isOwn ? "application" : "library")
      json.array("locals") { json in
        for local in locals { local.write(to: &json) }
      }
    }
  }
}
