import SlipwayDev
import Testing

@Suite struct EditorLinkTests {
  @Test func fillsInTheUsersURL() throws {
    let environment = [
      "PLUG_EDITOR": "x-edit://open?file=__FILE__&line=__LINE__&r=__RELATIVEFILE__"
    ]
    let link = try #require(EditorLink(environment: environment, directory: "/work/app"))
    #expect(
      link.url(file: "/work/app/Sources/a b\"<é.swift", line: 12)
        == "x-edit://open?file=/work/app/Sources/a%20b%22%3C%C3%A9.swift&line=12"
        + "&r=Sources/a%20b%22%3C%C3%A9.swift"
    )
    #expect(link.url(file: "/else.swift", line: nil).contains("file=/else.swift&line=1"))
  }

  @Test(arguments: [
    "", "0", "javascript:alert('__FILE__')", "data:__FILE__", "no url __FILE__", "vscode://",
  ])
  func makesNoLinkOfWhatIsNone(_ text: String) {
    #expect(EditorLink(environment: ["PLUG_EDITOR": text], directory: "/") == nil)
  }

  @Test func takesTheEditorWhoseTerminalThisIs() {
    let link = EditorLink(environment: ["TERM_PROGRAM": "vscode"], directory: "/")
    #expect(link?.url(file: "/a.swift", line: 3) == "vscode://file/a.swift:3")
  }

  @Test func withoutAnEditorThereIsNoLink() {
    #expect(EditorLink(environment: ["PATH": "/nowhere"], directory: "/") == nil)
  }
}
