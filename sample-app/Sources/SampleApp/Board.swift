import FoundationEssentials
import Glibc

/// A notice on the board.
struct Notice: Codable, Equatable, Sendable {
  var id: Int
  var author: String
  var text: String
  var posted: Date
}

/// The notices, kept in one file so that they survive a restart.
///
/// The file is replaced as a whole: whoever reads it finds the old notices or the new ones, never
/// half of them, and what `post` and `remove` have returned from is on the disk.
actor Board {
  /// How many notices fit.
  static let capacity = 200

  private let directory: String
  private var loaded: [Notice]?
  private var followers: [Int: AsyncStream<Void>.Continuation] = [:]
  private var lastFollower = 0

  /// A board whose file is kept in `directory`, which is made when the first notice is posted.
  init(directory: String) {
    self.directory = directory
  }

  /// All notices, the newest first.
  func notices() throws -> [Notice] {
    try load().sorted { $0.id > $1.id }
  }

  /// One element now and one after each change, until nobody listens any more. Changes that come
  /// faster than they are taken become one.
  func changes() -> AsyncStream<Void> {
    lastFollower += 1
    let number = lastFollower
    let (stream, continuation) = AsyncStream.makeStream(
      of: Void.self,
      bufferingPolicy: .bufferingNewest(1)
    )
    continuation.yield()
    continuation.onTermination = { _ in Task { await self.leave(number) } }
    followers[number] = continuation
    return stream
  }

  /// How many listen to the changes.
  var followerCount: Int { followers.count }

  private func leave(_ number: Int) {
    followers[number] = nil
  }

  func post(_ draft: Draft) throws -> Notice {
    var notices = try load()
    guard notices.count < Self.capacity else { throw BoardError.full }
    let newest = notices.map(\.id).max() ?? 0
    let (id, overflow) = newest.addingReportingOverflow(1)
    guard !overflow else { throw BoardError.full }
    let notice = Notice(id: id, author: draft.author, text: draft.text, posted: Date())
    notices.append(notice)
    try save(notices)
    return notice
  }

  func remove(id: Int) throws {
    var notices = try load()
    guard let index = notices.firstIndex(where: { $0.id == id }) else {
      throw BoardError.noSuchNotice
    }
    notices.remove(at: index)
    try save(notices)
  }

  /// Reads the file at the first use. A file that cannot be read is read again at the next use, so
  /// that mending it is enough.
  private func load() throws -> [Notice] {
    if let loaded { return loaded }
    let notices: [Notice]
    if let data = try readFile(path) {
      do {
        notices = try JSON.decoder.decode([Notice].self, from: data)
      } catch {
        throw BoardError.damaged(path: path)
      }
    } else {
      notices = Self.firstNotices
    }
    loaded = notices
    return notices
  }

  /// Writes first and remembers then: a notice that is not on the disk is not on the board. After
  /// a failure the file is read anew, for only it knows how far the writing came.
  private func save(_ notices: [Notice]) throws {
    loaded = nil
    try replaceFile(path, in: directory, with: JSON.encoder.encode(notices))
    loaded = notices
    for follower in followers.values { follower.yield() }
  }

  private var path: String { "\(directory)/notices.json" }

  /// What hangs on a new board.
  private static let firstNotices = [
    Notice(
      id: 1,
      author: "Harbour master",
      text: "Welcome. Keep the fairway clear and your lines tidy.",
      posted: Date(timeIntervalSince1970: 1_767_254_400)
    ),
    Notice(
      id: 2,
      author: "Ferry Aurora",
      text: "Winter timetable: last crossing at 21:30, not on Sundays.",
      posted: Date(timeIntervalSince1970: 1_767_340_800)
    ),
    Notice(
      id: 3,
      author: "Slip no. 4",
      text: "The travel lift is free again from Thursday. Bring your own fenders.",
      posted: Date(timeIntervalSince1970: 1_767_427_200)
    ),
  ]
}

/// What somebody wants to pin up, once it has been found fit for the board.
struct Draft: Equatable, Sendable {
  static let authorLimit = 60
  static let textLimit = 500

  let author: String
  let text: String

  /// Limits count Unicode scalars, of which a single visible character may have many.
  init(author: String, text: String) throws(Problem) {
    self.author = try Self.checked(author, name: "author", limit: Self.authorLimit)
    self.text = try Self.checked(text, name: "text", limit: Self.textLimit)
    guard !self.author.contains("\n") else {
      throw Problem(.badRequest, "The author must be a single line.")
    }
  }

  private static func checked(
    _ input: String,
    name: String,
    limit: Int
  ) throws(Problem) -> String {
    // Forms send CR LF, which Swift counts as one character.
    let lines = input.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    let value = lines.joined(separator: "\n").trimmed
    guard !value.isEmpty else { throw Problem(.badRequest, "The \(name) is empty.") }
    guard value.unicodeScalars.count <= limit else {
      throw Problem(.badRequest, "The \(name) is longer than \(limit) characters.")
    }
    let isPlain = value.unicodeScalars.allSatisfy {
      $0.properties.generalCategory != .control || $0 == "\n" || $0 == "\t"
    }
    guard isPlain else { throw Problem(.badRequest, "The \(name) has control characters in it.") }
    return value
  }
}

extension String {
  fileprivate var trimmed: String {
    let start = drop(while: \.isWhitespace)
    guard let end = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
    return String(start[...end])
  }
}

/// Why the board could not do what it was asked.
enum BoardError: Error, Equatable {
  case full
  case noSuchNotice
  /// The file is there, but it holds something else than notices.
  case damaged(path: String)
  /// A system call failed; `reason` is the system's own text.
  case disk(path: String, reason: String)
}

/// The bytes of the file, or nil if there is none.
private func readFile(_ path: String) throws -> Data? {
  do {
    return try Data(contentsOf: URL(filePath: path))
  } catch let error as CocoaError where error.code == .fileReadNoSuchFile {
    return nil
  } catch {
    throw BoardError.disk(path: path, reason: "it cannot be read")
  }
}

/// Replaces a file: the bytes go to a temporary file beside it, which takes its name only once
/// they are on the disk.
private func replaceFile(_ path: String, in directory: String, with data: Data) throws {
  func check(_ succeeded: Bool) throws {
    guard !succeeded else { return }
    throw BoardError.disk(path: path, reason: String(cString: strerror(errno)))
  }

  try check(mkdir(directory, 0o777) == 0 || errno == EEXIST)
  let temporary = path + ".new"
  let file = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
  try check(file >= 0)
  do {
    defer { close(file) }
    var rest = data[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      try check(count > 0)
      rest = rest.dropFirst(count)
    }
    try check(fsync(file) == 0)
    try check(rename(temporary, path) == 0)
  } catch {
    unlink(temporary)
    throw error
  }
  // The new name itself is on the disk once the directory is.
  let folder = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
  guard folder >= 0 else { return }
  defer { close(folder) }
  try check(fsync(folder) == 0)
}
