import FoundationEssentials
import SlipwayCore

/// What report.py says of an exception.
struct TracebackReport: Decodable {
  struct Frame: Decodable {
    var file: String
    var line: Int
    var column: Int?
    var function: String
    var isLibrary: Bool
    var source: String
    var locals: [[String]]
    /// Its name in `PythonConsole`, if code can be evaluated there.
    var console: String?
  }

  struct Raised: Decodable {
    var relation: String
    var type: String
    var message: String
    var notes: [String]
    var frames: [Frame]
    var leftOut: Int
  }

  /// A module that could not be imported.
  struct Missing: Decodable {
    var name: String
    /// Directories nearby that have it.
    var found: [String]
    /// Where the module was taken from, if it lacks something.
    var loadedFrom: String?
  }

  /// The one that was raised comes first. Empty if nobody is to be told.
  var exceptions: [Raised] = []
  var missing: Missing?
  /// The option without which a module might be in the interpreter that it refuses.
  var refused: String?
  var path: [String] = []

  /// Everything in a report is optional: what cannot be read is a report that says nothing.
  init(json: [UInt8]) {
    let decoder = JSONDecoder()
    // Python's way to spell names.
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    self = (try? decoder.decode(Self.self, from: Data(json))) ?? Self(nothing: ())
  }

  private init(nothing: Void) {}

  private enum CodingKeys: CodingKey { case exceptions, missing, refused, path }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    exceptions = try container.decodeIfPresent([Raised].self, forKey: .exceptions) ?? []
    missing = try container.decodeIfPresent(Missing.self, forKey: .missing)
    refused = try container.decodeIfPresent(String.self, forKey: .refused)
    path = try container.decodeIfPresent([String].self, forKey: .path) ?? []
  }

  /// `ValueError: no such ship`.
  var sentence: String {
    guard let first = exceptions.first else { return "The client went away." }
    return first.message.isEmpty ? first.type : "\(first.type): \(first.message)"
  }

  /// The line of the application's own code in which it was raised.
  var place: String? {
    let frames = exceptions.first?.frames ?? []
    return (frames.last { !$0.isLibrary } ?? frames.last).map { "\($0.file):\($0.line)" }
  }
}
