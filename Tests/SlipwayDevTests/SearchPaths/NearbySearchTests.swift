import SlipwayCore
import SlipwayDev
import SlipwayTestSupport
import Testing

@Suite(.timeLimit(.minutes(5))) struct NearbySearchTests {
  @Test(arguments: [
    ("no such module 'Maths'", MissingThing.module("Maths")),
    ("no such module 'Maths.Sub'", .module("Maths")),
    ("fatal error: 'maths/add.h' file not found", .header("maths/add.h")),
    ("ld.lld: error: unable to find library -lmaths", .library("maths")),
    ("/usr/bin/ld.gold: error: cannot find -lmaths", .library("maths")),
    ("/usr/bin/ld: cannot find -lmaths: No such file or directory", .library("maths")),
    (
      "libm.so.9: cannot open shared object file: No such file or directory",
      .sharedObject("libm.so.9")
    ),
    (
      "/x/y: error while loading shared libraries: libm.so.9: cannot open shared object file: No",
      .sharedObject("libm.so.9")
    ),
  ])
  func readsWhatToolsComplainOf(_ line: String, _ thing: MissingThing) {
    #expect(MissingThing(complaint: line[...]) == thing)
  }

  @Test(arguments: [
    "cannot find 'maths' in scope", "no such module ''", "'../../etc/x.h' file not found",
    "file not found", "cannot find -l", "",
  ])
  func readsNothingIntoOtherComplaints(_ line: String) {
    #expect(MissingThing(complaint: line[...]) == nil)
  }

  private static let things: [MissingThing] = [
    .module("Maths"), .module("CMaths"), .library("maths"), .sharedObject("libinner.so.1"),
    .header("maths/add.h"), .header("nowhere.h"),
  ]

  @Test func findsWhatLiesInAndBesideThePackage() throws {
    try withScratchDirectory { scratch in
      try scratch.makeDirectory("app/.build/debug/Modules/Maths.swiftmodule")
      try scratch.write("", to: "sibling/.build/debug/Modules/Maths.swiftmodule")
      try scratch.write(
        "module CMaths [system] { }\n",
        to: "sibling/Sources/CMaths/module.modulemap"
      )
      try scratch.write("", to: "app/vendor/lib/libmaths.a")
      try scratch.write("", to: "app/vendor/lib/inner/libinner.so.1")
      try scratch.write("", to: "vendor/include/maths/add.h")
      let search = NearbySearch(package: scratch.path("app"), paths: SearchPaths(), home: nil)
      let found = search.find(Self.things)
      #expect(found.map(\.thing) == Array(Self.things.dropLast()))
      #expect(
        found.map(\.entry) == [
          .init(.swiftModules, scratch.path("sibling/.build/debug/Modules")),
          .init(.headers, scratch.path("sibling/Sources/CMaths")),
          .init(.libraries, scratch.path("app/vendor/lib")),
          .init(.libraries, scratch.path("app/vendor/lib/inner")),
          .init(.headers, scratch.path("vendor/include")),
        ]
      )
    }
  }

  @Test func doesNotProposeWhatIsSearchedAlready() throws {
    try withScratchDirectory { scratch in
      try scratch.write("", to: "app/lib/libmaths.so")
      let paths = SearchPaths([.init(.libraries, scratch.path("app/lib"))])
      let search = NearbySearch(package: scratch.path("app"), paths: paths, home: nil)
      #expect(search.find([.library("maths")]).isEmpty)
    }
  }

  @Test func comesToAnEndInALargeTree() throws {
    try withScratchDirectory { scratch in
      try scratch.makeDirectory("app")
      for number in 0..<200 { try scratch.makeDirectory("app/\(number)/a/b/c") }
      try scratch.link("app/circle", to: scratch.path)
      let search = NearbySearch(package: scratch.path("app"), paths: SearchPaths(), home: nil)
      #expect(search.find([.header("such-a-header.h")]).isEmpty)
    }
  }

  private static let page = ErrorPage(
    code: "SW082",
    status: 500,
    title: "Build failed",
    message: "App does not compile: 1 error.",
    sections: [.output(heading: "Output", text: "ld: cannot find -lmaths")],
    healsByItself: true
  )

  @Test(arguments: [
    (SearchPaths(), "search-paths: {libraries: ../lib}"),
    (SearchPaths([.init(.headers, "/x")]), "libraries: ../lib"),
    (SearchPaths([.init(.libraries, "/x y")]), #"libraries: ["/x y", ../lib]"#),
  ])
  func theLineSuitsTheFileThatThereIs(_ paths: SearchPaths, _ line: String) throws {
    try withScratchDirectory { scratch in
      try scratch.makeDirectory("app")
      try scratch.write("", to: "lib/libmaths.so")
      let search = NearbySearch(package: scratch.path("app"), paths: paths, home: nil)
      let page = Self.page.proposing(from: search, fileIn: scratch.path("app"))
      guard case .facts(let heading, let facts) = page.sections.first else {
        Issue.record("Nothing is proposed")
        return
      }
      #expect(heading.contains("slipway.yaml"))
      #expect(facts == [.init("libmaths", line)])
    }
  }

  @Test func aPageAboutSomethingElseStaysAsItIs() {
    let search = NearbySearch(package: "/nowhere", paths: SearchPaths(), home: nil)
    let page = ErrorPage(
      code: "SW082",
      status: 500,
      title: "t",
      message: "cannot find 'x' in scope",
      healsByItself: true
    )
    #expect(page.proposing(from: search, fileIn: "/nowhere") == page)
  }
}
