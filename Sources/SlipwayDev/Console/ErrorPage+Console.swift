import SlipwayCore

extension ErrorPage {
  static let consoleFromElsewhere = ErrorPage(
    code: "SW252",
    status: 403,
    title: "Consoles are for this machine alone",
    message: "Whoever can evaluate code in the application can do anything that it can do.",
    remedy: "Open the page on the machine that the server runs on, under a loopback address."
  )

  static let consoleLocked = ErrorPage(
    code: "SW253",
    status: 403,
    title: "The consoles are locked",
    message: "\(ConsoleGuard.attempts) PINs were wrong.",
    remedy: "End the server and start it again: it then has another PIN."
  )

  static let consoleGone = ErrorPage(
    code: "SW254",
    status: 410,
    title: "The frame is not kept any more",
    message: "The server has restarted since, or many more exceptions have been raised.",
    remedy: "Ask for what raised the exception once more."
  )

  static let consoleForm = ErrorPage(
    code: "SW255",
    status: 400,
    title: "Nothing to evaluate",
    message: "Consoles take GET, and POST of a form of up to 64 KB with `code` or `pin`.",
    remedy: "Use the form of the page."
  )
}
