import FoundationEssentials

/// A piece of HTML. What is interpolated into it is escaped unless it is HTML itself, so nothing
/// that a visitor typed can become markup.
struct HTML: ExpressibleByStringInterpolation {
  var text: String

  init(stringLiteral text: String) {
    self.text = text
  }

  init(stringInterpolation: StringInterpolation) {
    text = stringInterpolation.text
  }

  struct StringInterpolation: StringInterpolationProtocol {
    var text = ""

    init(literalCapacity: Int, interpolationCount: Int) {
      text.reserveCapacity(literalCapacity)
    }

    mutating func appendLiteral(_ literal: String) {
      text += literal
    }

    mutating func appendInterpolation(_ html: HTML) {
      text += html.text
    }

    mutating func appendInterpolation(_ pieces: [HTML]) {
      for piece in pieces { text += piece.text }
    }

    mutating func appendInterpolation(_ number: Int) {
      text += String(number)
    }

    mutating func appendInterpolation(_ string: String) {
      for scalar in string.unicodeScalars {
        switch scalar {
        case "&": text += "&amp;"
        case "<": text += "&lt;"
        case ">": text += "&gt;"
        case "\"": text += "&quot;"
        case "'": text += "&#39;"
        default: text.unicodeScalars.append(scalar)
        }
      }
    }
  }
}

/// The board with its notices and the form; above them what went wrong, if something did.
///
/// - Parameters:
///   - author: What the form's first field holds, as after a mistake.
///   - text: What its second field holds.
func boardPage(
  notices: [Notice],
  problem: Problem? = nil,
  author: String = "",
  text: String = ""
) -> HTML {
  let empty: HTML = "<li class=\"empty\">Nothing on the board. Calm sea today.</li>"
  let items = notices.isEmpty ? [empty] : notices.map(item)
  return page(
    """
    <h1>Harbour notice board</h1>
    <p class="lead">What skippers, ferries and the harbour office want each other to know</p>
    <p class="problem" role="alert">\(problem?.detail ?? "")</p>
    <div class="columns">
    <ol class="notices" aria-label="Notices">
    \(items)
    </ol>
    <form class="post" method="post" action="/notices">
    <h2>Pin up a notice</h2>
    <label>Ship or name
    <input name="author" value="\(author)" maxlength="\(Draft.authorLimit)" required autocomplete="off">
    </label>
    <label>Notice
    <textarea name="text" maxlength="\(Draft.textLimit)" required>\n\(text)</textarea>
    </label>
    <button>Pin it up</button>
    </form>
    </div>
    """
  )
}

/// A page that only says what is wrong.
func problemPage(_ problem: Problem) -> HTML {
  page(
    """
    <h1>\(problem.title)</h1>
    <p class="lead">\(problem.detail)</p>
    <p><a href="/">Back to the board</a></p>
    """
  )
}

private func item(_ notice: Notice) -> HTML {
  let posted = notice.posted.formatted(.iso8601)
  return """
    <li>
    <p>\(notice.text)</p>
    <footer>
    <div><cite>\(notice.author)</cite> <time datetime="\(posted)">\(readable(posted))</time></div>
    <form method="post" action="/notices/\(notice.id)/remove">
    <button class="quiet">Take down</button>
    </form>
    </footer>
    </li>
    """
}

/// `2026-01-02 14:30 UTC` for `2026-01-02T14:30:00Z`.
private func readable(_ iso8601: String) -> String {
  iso8601.prefix(10) + " " + iso8601.dropFirst(11).prefix(5) + " UTC"
}

private func page(_ content: HTML) -> HTML {
  """
  <!doctype html>
  <html lang="en">
  <head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>Harbour notice board</title>
  <link rel="icon" href="/static/icon.svg" type="image/svg+xml">
  <link rel="stylesheet" href="/static/style.css">
  <script type="module" src="/static/app.js"></script>
  </head>
  <body>
  <header><img src="/static/harbour.svg" alt="" width="1200" height="260"></header>
  <main>
  \(content)
  </main>
  <footer><div>
  <span>Served by Slipway</span>
  <a href="/api/notices">Notices as JSON</a>
  <a href="/legacy/">The old ledger</a>
  <button class="quiet clock" type="button" hidden>Start the harbour clock</button>
  <span class="edition">\(edition)</span>
  </div></footer>
  </body>
  </html>
  """
}
