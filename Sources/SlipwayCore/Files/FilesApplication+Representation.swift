// What of a file is sent, and how.
extension FilesApplication {
  /// In which part a file answers.
  enum Part {
    /// The path names it, or its directory.
    case itself

    /// The path names nothing, and the client takes HTML.
    case fallback

    /// The body of status 404.
    case notFoundPage
  }

  func represent(
    _ original: OpenFile,
    at path: DocumentPath,
    for request: Request,
    as part: Part = .itself,
    _ patience: Patience
  ) throws(WouldWait) -> FilesAnswer {
    let (file, coding) = try select(original, at: path, for: request, patience)
    var fields = FieldSection()
    // The types are ours, by name: nobody needs to guess another from what a file contains.
    fields.add(name: "X-Content-Type-Options", value: "nosniff")
    fields.add(name: "Cache-Control", value: options.cacheControl)
    if let vary = vary(part) { fields.add(name: "Vary", value: vary) }
    let type = ContentType.of(path.names.last ?? [])
    guard part != .notFoundPage else {
      // Neither a state of the thing asked for nor a part of it: no validators, no ranges.
      return content(.init(status: 404, fields: fields), type, coding, file, .whole, request)
    }
    fields.add(name: "Accept-Ranges", value: "bytes")
    if let tag = file.validators.tagToSend { fields.add(name: "ETag", value: tag) }
    if let date = file.validators.lastModifiedToSend {
      fields.add(name: "Last-Modified", value: date.description)
    }
    let rangeApplies: Bool
    switch Preconditions(request.fields).evaluate(against: file.validators) {
    case .notModified: return .head(ResponseHead(status: 304, fields: fields))
    case .failed: return .head(ResponseHead(status: 412, fields: fields))
    case .proceed(let applies): rangeApplies = applies
    }
    // RFC 9110, section 14.2: Range is defined for GET only.
    let wanted = request.method == "GET" && rangeApplies ? request.fields.first(name: "Range") : nil
    let range = ByteRange(wanted, size: file.size)
    guard range != .unsatisfiable else {
      fields.add(name: "Content-Range", value: "bytes */\(file.size)")
      return .head(ResponseHead(status: 416, fields: fields))
    }
    let status = range == .whole ? 200 : 206
    return content(.init(status: status, fields: fields), type, coding, file, range, request)
  }

  private func content(
    _ head: ResponseHead,
    _ type: String,
    _ coding: ContentCoding?,
    _ file: OpenFile,
    _ range: ByteRange,
    _ request: Request
  ) -> FilesAnswer {
    var head = head
    var type = type
    let pieces: [FilePiece]
    switch range {
    case .whole, .unsatisfiable:
      pieces = [.part(0..<file.size)]
    case .part(let part):
      pieces = [.part(part)]
      head.fields.add(
        name: "Content-Range",
        value: "bytes \(part.lowerBound)-\(part.upperBound - 1)/\(file.size)"
      )
    case .parts(let parts):
      let multipart = MultipartRanges(parts, contentType: type, size: file.size)
      pieces = multipart.pieces
      type = multipart.contentType
    }
    head.fields.add(name: "Content-Type", value: type)
    if let coding { head.fields.add(name: "Content-Encoding", value: coding.rawValue) }
    let length = pieces.reduce(0) { $0 + $1.count }
    head.fields.add(name: "Content-Length", value: String(length))
    return request.method == "HEAD" ? .head(head) : .content(head, file, pieces)
  }

  /// The file itself, or the compressed file beside it that the client likes best.
  ///
  /// One that is older than its original was made of an earlier state, and is not looked at: what
  /// was saved last is what is sent.
  private func select(
    _ original: OpenFile,
    at path: DocumentPath,
    for request: Request,
    _ patience: Patience
  ) throws(WouldWait) -> (OpenFile, ContentCoding?) {
    guard options.sendsPrecompressed else { return (original, nil) }
    for coding in ContentCoding.accepted(by: request.fields.list("Accept-Encoding")) {
      guard let sibling = path.withEnding(coding.ending), root.mayExist(sibling),
        case .file(let compressed) = try root.lookUp(sibling, patience),
        compressed.modified >= original.modified
      else { continue }
      return (compressed, coding)
    }
    return (original, nil)
  }

  /// What the choice of the representation depended on.
  private func vary(_ part: Part) -> String? {
    switch (part == .itself || fallback == nil, options.sendsPrecompressed) {
    case (true, true): "Accept-Encoding"
    case (true, false): nil
    case (false, true): "Accept, Accept-Encoding"
    case (false, false): "Accept"
    }
  }
}
