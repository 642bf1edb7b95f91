/// Where one of the logs goes.
package struct LogConfiguration: Sendable, Hashable, Codable {
  /// An absolute path; nil for the terminal.
  package var file: String?

  /// `off` takes the place of a file: no file, and nothing is said of requests on the terminal either.
  package var isOff = false

  /// A format of the access log, known to be good; nil for the default.
  package var format: String?

  /// Bytes that a file may have; nil for any number.
  package var rotateAt: Int?

  /// How many old files are kept: 1 to 1,000.
  package var keep = 5

  package init(file: String? = nil, format: String? = nil, rotateAt: Int? = nil, keep: Int = 5) {
    self.file = file
    self.format = format
    self.rotateAt = rotateAt
    self.keep = keep
  }
}
