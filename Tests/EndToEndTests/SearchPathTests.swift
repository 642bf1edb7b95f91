import Glibc
import SlipwayTestSupport
import Testing

/// `search-paths`: what lies outside of the package is built with, loaded and debugged.
@Suite(.serialized, .timeLimit(.minutes(20)), .showingServerLog, .onLane)
struct SearchPathTests {
  /// The whole way of somebody who knows nothing of search paths: each error page says the next line.
  /// The library in use needs one that it does not say where to find, and a third is opened by hand.
  @Test(.slow) func theErrorPagesLeadToAnApplicationThatUsesWhatIsNearby() throws {
    try withOutsideParts { project, outside in
      try project.save("mounts:\n  /: swift:.\n", to: "slipway.yaml")
      try serve(project) { served in
        var paths: [String: String] = [:]
        for _ in 0..<6 {
          let response = try served.get()
          guard response.status == 500 else { break }
          let lines = Self.proposals(of: response.text)
          try #require(!lines.isEmpty, "\(response.text)")
          paths.merge(lines) { $1 }
          let list = paths.map { "  \($0.key): \($0.value)\n" }.sorted().joined()
          try project.save("mounts:\n  /: swift:.\nsearch-paths:\n\(list)", to: "slipway.yaml")
        }
        #expect(
          paths == [
            "headers": "../vendor/include", "swift-modules": "../vendor/modules",
            "libraries": "[../vendor/lib, ../vendor/lib/inner]",
          ]
        )
        // From the C library, the one that it needs, the one that is opened, and the Swift module.
        #expect(try served.get().text == "1 2 3 4")

        let settings = try served.get("/_slipway/lldbinit").text
        #expect(settings == (try read(project.path + "/.slipway/lldbinit")))
        #expect(settings.contains("\(outside.path)/vendor/lib/inner\"\n"))

        // Nobody watches the module; it is looked at when a generation begins.
        try outside.makeMaths(saying: 40)
        let text = try read(project.path + "/" + project.textFile)
        try project.save(text.replacing("\"%d %d", with: "\"now %d %d"), to: project.textFile)
        #expect(try served.get().text == "now 1 2 3 40")
      }
    }
  }

  @Test func whatIsMissingOnTheDiskIsToldAtTheStart() throws {
    try withServedProject(arguments: ["--search-path", "symbols=/no/such/place"]) { served in
      let problem = try served.server.event("problem") { $0["code"]?.text == "SW168" }
      #expect(problem["message"]?.text?.contains("/no/such/place") == true)
      #expect(try served.get().text == "rev-1")
    }
  }

  @Test func aPythonModuleThatComesBeforePythonsOwnIsTold() throws {
    try withServedPython(
      [
        "app.py": revisionApplication, "revision.py": "TEXT = 'rev-1'\n", "mine/json.py": "",
        "mine/cargo.py": "",
      ],
      settings: ["search-paths: {python: mine}"]
    ) { served in
      let problem = try served.server.event("problem") { $0["code"]?.text == "SW169" }
      #expect(problem["message"]?.text?.contains("The Python module json is in") == true)
      #expect(problem["message"]?.text?.contains(served.directory.path("mine")) == true)
      #expect(try served.get().text == "rev-1")
      #expect(served.server.events("problem").count == 1)
      // Of those that are added later, too.
      let mark = served.server.mark
      let file = try read(served.directory.path("slipway.yaml"))
      try served.directory.save(
        file.replacing("mine}", with: "[mine, nowhere]}"),
        to: "slipway.yaml"
      )
      try served.server.event("problem", since: mark) { $0["code"]?.text == "SW168" }
    }
  }

  /// The lines under “Found nearby”, whether or not they are whole settings.
  private static func proposals(of page: String) -> [String: String] {
    var proposals: [String: String] = [:]
    let lines = page.split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.split(separator: " ").joined(separator: " ") }
    for line in lines.drop(while: { !$0.contains("Found nearby") }).dropFirst() {
      guard !line.isEmpty else { break }
      var rest = line.drop { $0 != " " }.dropFirst()
      if rest.hasPrefix("search-paths: {") { rest = rest.dropFirst(15).dropLast() }
      guard let end = rest.firstRange(of: ": ") else { continue }
      proposals[String(rest[..<end.lowerBound])] = String(rest[end.upperBound...])
    }
    return proposals
  }
}

/// A package in C and Swift that uses what lies in `vendor` beside it.
private func withOutsideParts(_ body: (Project, ScratchDirectory) throws -> Void) throws {
  try withScratchDirectory(named: "SearchPaths") { scratch in
    try scratch.write("int outer(void);\nint outer_inner(void);\n", to: "vendor/include/outer.h")
    try scratch.write("int inner(void) { return 2; }\n", to: "inner.c")
    try scratch.write(
      "int inner(void);\nint outer(void) { return 1; }\nint outer_inner(void) { return inner(); }\n",
      to: "outer.c"
    )
    try scratch.write("int plugin(void) { return 3; }\n", to: "plugin.c")
    for directory in ["vendor/lib/inner", "vendor/modules"] { try scratch.makeDirectory(directory) }
    try scratch.run(
      """
      lib=vendor/lib
      clang -shared -fPIC -Wl,-soname,libinner.so -o $lib/inner/libinner.so inner.c
      clang -shared -fPIC -Wl,-soname,libouter.so -o $lib/libouter.so outer.c -L$lib/inner -linner
      clang -shared -fPIC -o $lib/libplugin.so plugin.c
      """
    )
    try scratch.makeMaths(saying: 4)
    try scratch.makeDirectory("app")
    let project = try Project.c(in: ScratchDirectory(path: scratch.path("app")))
    try project.save(
      Project.manifest(product: "CSlipwayABI")
        .replacing(
          "[.product(name: \"CSlipwayABI\", package: \"slipway\")]",
          with: "[\"Glue\", .product(name: \"CSlipwayABI\", package: \"slipway\")]"
        )
        .replacing(
          "  targets: [\n",
          with: """
              targets: [
                .target(
                  name: "Glue",
                  linkerSettings: [.linkedLibrary("outer"), .linkedLibrary("Maths")]
                ),

            """
        ),
      to: "Package.swift"
    )
    try project.save(
      "import Maths\n\n@_cdecl(\"glue_number\") public func glueNumber() -> Int32 { number() }\n",
      to: "Sources/Glue/Glue.swift"
    )
    try project.save(
      """
      #include <dlfcn.h>
      #include <outer.h>
      #include <stdio.h>

      int glue_number(void);
      static char buffer[64] = "not computed";
      const char *const text = buffer;

      __attribute__((constructor)) static void compute(void) {
        void *library = dlopen("libplugin.so", RTLD_NOW);
        int (*plugin)(void) = library ? (int (*)(void))dlsym(library, "plugin") : NULL;
        snprintf(buffer, sizeof buffer, "%d %d %d %d", outer(), outer_inner(),
                 plugin ? plugin() : -1, glue_number());
      }

      """,
      to: project.textFile
    )
    try body(project, scratch)
  }
}

extension ScratchDirectory {
  /// A Swift module, and the library that belongs to it. What the function says is compiled into those
  /// who import the module.
  fileprivate func makeMaths(saying number: Int) throws {
    try write("@_transparent public func number() -> Int32 { \(number) }\n", to: "Maths.swift")
    try run(
      """
      swiftc -emit-library -emit-module -module-name Maths -o vendor/lib/libMaths.so Maths.swift \
        -emit-module-path vendor/modules/Maths.swiftmodule -Xlinker -soname=libMaths.so
      """
    )
  }

  fileprivate func run(_ script: String) throws {
    let run = try CommandRun(["/bin/sh", "-c", "set -e\ncd '\(path)'\n\(script)"])
    try #require(run.end == .exited(0), "\(run.text)")
  }
}
