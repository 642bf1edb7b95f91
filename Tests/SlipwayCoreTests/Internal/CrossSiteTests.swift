import SlipwayCore
import SlipwayTestSupport
import Testing

/// Who may ask for the server's own pages.
@Suite(.timeLimit(.minutes(5)))
struct CrossSiteTests {
  private static let navigation =
    "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n"

  @Test(arguments: [
    // No browser
    ("GET", "", 404),
    ("POST", "", 404),
    ("GET", "Connection: Upgrade\r\nUpgrade: websocket\r\n", 404),
    // Our own pages, and what the user types
    ("GET", "Sec-Fetch-Site: same-origin\r\n", 404),
    ("GET", "Sec-Fetch-Site: none\r\n", 404),
    ("POST", "Origin: http://localhost:8080\r\nSec-Fetch-Site: same-origin\r\n", 404),
    ("GET", "Origin: http://localhost:8080\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n", 404),
    // A link from elsewhere
    ("GET", navigation, 404),
    ("HEAD", navigation, 404),
    // Not by a link: a form, a frame, a socket
    ("POST", navigation, 403),
    ("GET", navigation + "Connection: Upgrade\r\nUpgrade: websocket\r\n", 403),
    (
      "GET", "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: iframe\r\n",
      403
    ),
    // Scripts, images, fetches of other sites, of other ports too
    ("GET", "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: no-cors\r\n", 403),
    ("GET", "Sec-Fetch-Site: same-site\r\nSec-Fetch-Mode: no-cors\r\n", 403),
    ("GET", "Sec-Fetch-Site: something-new\r\n", 403),
    ("GET", "Sec-Fetch-Site: same-origin\r\nSec-Fetch-Site: cross-site\r\n", 403),
    ("GET", "Origin: http://localhost:3000\r\n", 403),
    ("OPTIONS", "Origin: http://evil.example\r\nAccess-Control-Request-Method: POST\r\n", 403),
    ("POST", "Origin: http://evil.example\r\n", 403),
    ("POST", "Origin: http://evil.example\r\nSec-Fetch-Site: same-origin\r\n", 403),
    ("POST", "Origin: null\r\n", 403),
    ("POST", "Origin:\r\n", 403),
    ("POST", "Origin: http://localhost:8080/\r\n", 403),
    ("POST", "Origin: http://localhost:8080\r\nOrigin: http://evil.example\r\n", 403),
    ("GET", "Origin: http://evil.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n", 403),
    ("DELETE", "Sec-Fetch-Site: cross-site\r\n", 403),
  ])
  func refusesWhatComesFromAnotherSite(_ method: String, _ fields: String, _ status: Int) throws {
    try withGateway(.echo) { test in
      let client = try test.connect()
      try client.send("\(method) /_slipway/x HTTP/1.1\r\nHost: localhost:8080\r\n\(fields)\r\n")
      let response = try client.response(toHead: method == "HEAD")
      #expect(response.status == status)
      #expect(response["cross-origin-resource-policy"] == "same-origin")
      #expect(response["x-content-type-options"] == "nosniff")
      #expect(response["cache-control"] == "no-store")
      #expect(!response.fields.contains { $0.name.hasPrefix("access-control") })
      guard method != "HEAD" else { return }
      #expect(response.text.contains(status == 403 ? "SW039" : "SW020"))
    }
  }

  @Test func applicationsDecideForThemselves() throws {
    try withGateway(.echo) { test in
      let client = try test.connect()
      try client.send(
        "POST / HTTP/1.1\r\nHost: localhost\r\nOrigin: http://evil.example\r\n"
          + "Sec-Fetch-Site: cross-site\r\nContent-Length: 0\r\n\r\n"
      )
      #expect(try client.response().status == 200)
    }
  }
}
