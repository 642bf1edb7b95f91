import Foundation
import SlipwayCore
import SlipwayNative
import SlipwayNativeTestSupport
import Testing

/// What cannot be loaded is told by name, with what to do.
@Suite(.timeLimit(.minutes(5)))
struct LoadingTests {
  @Test(arguments: [
    (["-DANOTHER_VERSION=0"], NativeError.Code.wrongVersion, "Update the package's dependency"),
    (["-DANOTHER_VERSION=2"], .wrongVersion, "Update the server"),
    (["-DTOO_SMALL"], .brokenTable, "sizeof(slipway_app)"),
    (["-DNO_HANDLE"], .brokenTable, "`handle` to a function"),
    (["-DNO_ENTRY_POINT"], .noEntryPoint, "@c(slipway_application)"),
    (["-DUNRESOLVED"], .unresolvedSymbol, ".linkedLibrary"),
    (["-DREFUSES"], .refused, "Mend the cause"),
    (["-DREFUSES_SILENTLY"], .refused, "Mend the cause"),
  ])
  func refusesWhatIsNoApplication(
    flags: [String],
    code: NativeError.Code,
    remedy: String
  ) throws {
    let error = try failure(loading: CLibrary.build("unloadable.c", flags))
    #expect(error.code == code)
    #expect(error.remedy?.contains(remedy) == true)
    #expect(error.page.status == 500)
    #expect(error.page.code == code.rawValue)
    #expect(error.page.message == error.message)
  }

  @Test func namesTheMissingSymbolAndTheLibrary() throws {
    let library = try CLibrary.build("unloadable.c", ["-DUNRESOLVED"])
    let error = try failure(loading: library)
    #expect(
      error.message
        == "The library \(library) uses the symbol where_is_the_harbour, which no library defines."
    )
  }

  @Test func writesSwiftSymbolsAsDeclarations() throws {
    let library = try CLibrary.build(
      "unloadable.c",
      ["-DUNRESOLVED", "-Dwhere_is_the_harbour=$s7Harbour5depthSiyF"]
    )
    #expect(try failure(loading: library).message.contains("Harbour.depth() -> Swift.Int ("))
  }

  @Test func tellsBothVersions() throws {
    let library = try CLibrary.build("unloadable.c", ["-DANOTHER_VERSION=2"])
    #expect(
      try failure(loading: library).message
        .contains(
          "was built for version 2 of the application interface; this server speaks version 1."
        )
    )
  }

  @Test func tellsTheLastLineOfTheLogOfWhatRefuses() throws {
    let library = try CLibrary.build("unloadable.c", ["-DREFUSES"])
    #expect(
      try failure(loading: library).message
        == "The application Harbour did not start: The harbour is closed"
    )
  }

  @Test func namesADependencyThatIsMissing() throws {
    let directory = try Scratch.directory()
    let dependency = directory.appending(path: "libharbour.so")
    _ = try CLibrary.build(
      "minimal.c",
      ["-Dslipway_application=harbour_depth", "-Wl,-soname,libharbour.so"],
      to: dependency
    )
    let library = try CLibrary.build(
      "unloadable.c",
      ["-DNEEDS_HARBOUR", "-L", directory.path, "-lharbour"]
    )
    try FileManager.default.removeItem(at: dependency)
    let error = try failure(loading: library)
    #expect(error.code == .missingDependency)
    #expect(error.message == "The library \(library) needs libharbour.so, which cannot be found.")
  }

  @Test(arguments: ["", "not a library", "\u{7f}ELF"])
  func refusesWhatIsNoLibrary(content: String) throws {
    let file = try Scratch.directory().appending(path: "libHarbour.so")
    try Data(content.utf8).write(to: file)
    #expect(try failure(loading: file.path).code == .notALibrary)
  }

  @Test func namesALibraryThatIsNotThere() throws {
    let error = try failure(loading: "/nowhere/libHarbour.so")
    #expect(error.code == .cannotOpen)
    #expect(error.message.contains("/nowhere/libHarbour.so"))
  }

  private func failure(loading library: String) throws -> NativeError {
    let log = LogRecorder()
    return try #require(throws: NativeError.self) {
      _ = try NativeApplication.load(
        library: library,
        product: "Harbour",
        generation: 1,
        directory: "/",
        log: { log.write($0, $1, $2) }
      )
    }
  }
}
