import NIOCore

extension ErrorPage {
  /// The page as a problem document (RFC 9457). Beside the members of the standard: `code`,
  /// `remedy`, `requestId`, `retryAfter`, `diagnostics`, `output` and `facts`.
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
        for case .facts(let heading, let facts) in sections {
          for fact in facts {
            json.object {
              $0.text("heading", heading)
              $0.text("name", fact.name)
              $0.text("value", fact.value)
            }
          }
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
