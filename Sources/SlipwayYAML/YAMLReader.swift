import CYAML

/// Reads one document with libyaml, event by event.
///
/// Why not libyaml's own documents: they do not tell what had an anchor. Why not one of the Swift
/// packages around it: they bring the whole of Foundation, for which each restart would wait.
@safe
package struct YAMLReader: ~Copyable {
  /// No configuration is nested deeper, and `node` calls itself for each level.
  private static let depthLimit = 64

  /// It holds a pointer to itself, so it stays where it is.
  private let parser: UnsafeMutablePointer<yaml_parser_t>

  /// What the parser reads from.
  private let text: UnsafeMutableBufferPointer<UInt8>

  /// The document in `text`; nil if there is none.
  package static func read(_ text: String) throws(YAMLError) -> YAMLNode? {
    let reader = try YAMLReader(text)
    return try reader.document()
  }

  private init(_ text: String) throws(YAMLError) {
    unsafe parser = .allocate(capacity: 1)
    unsafe self.text = .allocate(capacity: text.utf8.count)
    _ = unsafe self.text.initialize(from: text.utf8)
    guard unsafe yaml_parser_initialize(parser) != 0 else { throw .outOfMemory }
    unsafe yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    unsafe yaml_parser_set_input_string(parser, self.text.baseAddress, self.text.count)
  }

  deinit {
    // An initialisation that failed has left nothing but zeros.
    unsafe yaml_parser_delete(parser)
    unsafe parser.deallocate()
    unsafe text.deallocate()
  }

  // MARK: Nodes

  private func document() throws(YAMLError) -> YAMLNode? {
    while true {
      let event = try next()
      switch event.kind {
      case YAML_STREAM_START_EVENT, YAML_DOCUMENT_START_EVENT: continue
      case YAML_STREAM_END_EVENT: return nil
      default: break
      }
      let root = try node(event, depth: 0)
      _ = try next()
      let end = try next()
      guard end.kind == YAML_STREAM_END_EVENT else {
        throw .syntax("but found another document", at: end.mark)
      }
      return root
    }
  }

  /// The node that begins with `event`.
  private func node(_ event: Event, depth: Int) throws(YAMLError) -> YAMLNode {
    guard depth < Self.depthLimit else { throw .tooDeep(at: event.mark) }
    if event.hasAnchor { throw .anchor(at: event.mark) }
    switch event.kind {
    case YAML_SCALAR_EVENT:
      return .scalar(text: event.text, isPlain: event.isPlain, event.mark)
    case YAML_SEQUENCE_START_EVENT:
      var items: [YAMLNode] = []
      while let item = try child(depth, before: YAML_SEQUENCE_END_EVENT) { items.append(item) }
      return .sequence(items, event.mark)
    case YAML_MAPPING_START_EVENT:
      return try mapping(event, depth)
    default:
      // An alias: there was no anchor, or it would have been refused.
      throw .syntax("found undefined alias", at: event.mark)
    }
  }

  private func mapping(_ event: Event, _ depth: Int) throws(YAMLError) -> YAMLNode {
    var pairs: [(key: YAMLNode, value: YAMLNode)] = []
    var names: Set<String> = []
    var duplicates: [String] = []
    while let key = try child(depth, before: YAML_MAPPING_END_EVENT) {
      pairs.append((key, try node(try next(), depth: depth + 1)))
      guard case .scalar(let name, _, _) = key else { continue }
      if !names.insert(name).inserted, !duplicates.contains(name) { duplicates.append(name) }
    }
    guard duplicates.isEmpty else { throw .duplicateKeys(duplicates, at: event.mark) }
    return .mapping(pairs, event.mark)
  }

  private func child(_ depth: Int, before end: yaml_event_type_t) throws(YAMLError) -> YAMLNode? {
    let event = try next()
    return event.kind == end ? nil : try node(event, depth: depth + 1)
  }

  // MARK: Events

  private struct Event {
    var kind: yaml_event_type_t
    var mark: YAMLMark
    var hasAnchor = false
    var text = ""
    var isPlain = false
  }

  private func next() throws(YAMLError) -> Event {
    var event = unsafe yaml_event_t()
    guard unsafe yaml_parser_parse(parser, &event) != 0 else { throw unsafe error(parser.pointee) }
    defer { unsafe yaml_event_delete(&event) }
    var read = unsafe Event(kind: event.type, mark: YAMLMark(event.start_mark))
    switch read.kind {
    case YAML_SCALAR_EVENT:
      let scalar = unsafe event.data.scalar
      unsafe read.hasAnchor = scalar.anchor != nil
      unsafe read.isPlain = scalar.style == YAML_PLAIN_SCALAR_STYLE
      let bytes = unsafe UnsafeBufferPointer(start: scalar.value, count: scalar.length)
      unsafe read.text = String(decoding: bytes, as: UTF8.self)
    case YAML_SEQUENCE_START_EVENT:
      unsafe read.hasAnchor = event.data.sequence_start.anchor != nil
    case YAML_MAPPING_START_EVENT:
      unsafe read.hasAnchor = event.data.mapping_start.anchor != nil
    default: break
    }
    return read
  }

  private func error(_ parser: yaml_parser_t) -> YAMLError {
    let problem = unsafe parser.problem.map { unsafe String(cString: $0) } ?? "it cannot be read"
    switch unsafe parser.error {
    case YAML_MEMORY_ERROR:
      return .outOfMemory
    case YAML_READER_ERROR:
      let before = unsafe String(decoding: text.prefix(parser.problem_offset), as: UTF8.self)
      let lines = before.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
      let mark = YAMLMark(line: lines.count, column: 1 + (lines.last?.count ?? 0))
      return .character(problem, at: mark)
    default:
      return .syntax(problem, at: unsafe YAMLMark(parser.problem_mark))
    }
  }
}

extension YAMLMark {
  fileprivate init(_ mark: yaml_mark_t) {
    self.init(line: mark.line + 1, column: mark.column + 1)
  }
}
