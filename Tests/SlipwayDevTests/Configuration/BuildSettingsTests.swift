import SlipwayDev
import Testing

@Suite struct BuildSettingsTests {
  @Test(arguments: ["-Xswiftc", "-DHARBOUR", "--traits=A", "-Xlinker", "--jobs=1", "-v"])
  func takesFlagsOfSwiftBuild(_ flag: String) throws {
    #expect(try BuildSettings.flag(flag) == flag)
  }

  @Test(
    arguments: [
      ("--product", "mount"), ("--scratch-path=/tmp", "by hand"), ("-c", "configuration: release"),
      ("--triple=arm64", "this process"), ("", "flag of `swift build`"),
    ] as [(String, String)]
  )
  func refusesWhatWouldMoveTheLibrary(_ flag: String, _ hint: String) {
    let error = #expect(throws: InvalidValue.self) { try BuildSettings.flag(flag) }
    #expect(error?.hint?.contains(hint) == true)
  }

  @Test(arguments: ["--sanitize=address", "--sanitize", "-sanitize=thread"])
  func saysWhyThereIsNoSanitizer(_ flag: String) {
    let error = #expect(throws: InvalidValue.self) { try BuildSettings.flag(flag) }
    #expect(error?.message.contains("before anything else") == true)
    #expect(error?.hint?.contains("swift test --sanitize") == true)
  }
}
