import SlipwayDev
import Testing

/// Where logs go, and what they say.
@Suite(.timeLimit(.minutes(5)))
struct LogConfigurationTests {
  private func resolve(
    yaml: String = "",
    environment: [String: String] = [:],
    _ change: (inout ConfigurationSources.Flags) -> Void = { _ in }
  ) throws -> (DevConfiguration, directory: String) {
    try withScratchDirectory(files: ["slipway.yaml": yaml, "index.html": ""]) { scratch in
      (try scratch.sources(environment: environment, change).resolve(), scratch.path)
    }
  }

  @Test func aFileIsEnough() throws {
    let (found, directory) = try resolve(yaml: "access-log: logs/a.log\nerror-log: e.log")
    #expect(found.accessLog == LogConfiguration(file: directory + "/logs/a.log"))
    #expect(found.errorLog == LogConfiguration(file: directory + "/e.log"))
    #expect(found.applicationOutput == .prefixed)
  }

  @Test func aMappingSaysMore() throws {
    let (found, directory) = try resolve(
      yaml: """
        access-log:
          file: a.log
          format: '%h "%r" %>s'
          rotate: 10M
          keep: 3
        error-log: {file: /e.log, rotate: 512K}
        application-output: raw
        """
    )
    let expected = LogConfiguration(
      file: directory + "/a.log",
      format: "%h \"%r\" %>s",
      rotateAt: 10 << 20,
      keep: 3
    )
    #expect(found.accessLog == expected)
    #expect(found.errorLog == LogConfiguration(file: "/e.log", rotateAt: 512 << 10))
    #expect(found.applicationOutput == .raw)
  }

  @Test func flagsAndEnvironmentSayTheSame() throws {
    let (found, directory) = try resolve(
      environment: ["SLIPWAY_ERROR_LOG": "e.log,rotate=1G,keep=1000"]
    ) {
      $0.settings[.accessLog] = ["format=common", "odd=name.log"]
    }
    let access = LogConfiguration(file: directory + "/odd=name.log", format: "common")
    #expect(found.accessLog == access)
    let error = LogConfiguration(file: directory + "/e.log", rotateAt: 1 << 30, keep: 1000)
    #expect(found.errorLog == error)
  }

  @Test(arguments: ["off", "no", "false"])
  func offIsNoFileWhateverALowerSourceSays(_ off: String) throws {
    let (found, _) = try resolve(yaml: "access-log: a.log\nerror-log: \(off)") {
      $0.settings[.accessLog] = [off]
    }
    #expect(found.accessLog?.isOff == true && found.accessLog?.file == nil)
    #expect(found.errorLog?.isOff == true && found.errorLog?.file == nil)
  }

  @Test func aFileMayStillBeCalledSo() throws {
    let (found, directory) = try resolve(yaml: "access-log: ./off")
    #expect(found.accessLog == LogConfiguration(file: directory + "/off"))
  }

  @Test(arguments: [
    ("access-log: {format: '%h %Y'}", "column 4", "slipway.yaml:1:22"),
    ("access-log: {fromat: common}", "fromat", "slipway.yaml:1:22"),
    ("error-log: {format: common}", "format", "slipway.yaml:1:21"),
    ("error-log: {rotate: 1}", "too small", "slipway.yaml:1:21"),
    ("error-log: {rotate: 99999999999G}", "larger", "slipway.yaml:1:21"),
    ("error-log: {rotate: 10X}", "size", "slipway.yaml:1:21"),
    ("error-log: {keep: 0}", "number of files", "slipway.yaml:1:19"),
    ("error-log: [a, b]", "a list", "slipway.yaml:1:12"),
    ("access-log:", "no value", "slipway.yaml:1:12"),
    ("application-output: loud", "prefixed, raw", "slipway.yaml:1:21"),
  ])
  func whatMeansNothingIsRefused(_ yaml: String, _ part: String, _ origin: String) throws {
    try withScratchDirectory(files: ["slipway.yaml": yaml, "index.html": ""]) { scratch in
      let error = scratch.sources().failure
      #expect(error?.stableCode == "SW103")
      #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
      #expect(error?.problems.first?.origin == origin)
    }
  }
}
