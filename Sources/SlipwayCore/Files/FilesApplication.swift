import NIOHTTP1
package import NIOPosix
import SystemPackage

/// Serves the files of a directory.
///
/// GET and HEAD, `index.html` for a directory, conditional requests, single ranges. Nothing that is
/// not a regular file beneath the directory is ever sent, nor anything with a secret name
/// (`SecretNames`). Files are opened and read on the threads of a pool, in chunks, the next one
/// when the last is with the operating system.
package final class FilesApplication: Application {
  private let root: DocumentRoot
  private let options: FilesOptions
  private let threads: NIOThreadPool

  /// - Parameters:
  ///   - directory: An absolute path. The directory need not exist, and may come and go.
  ///   - threads: Where files are read: a started pool that outlives the gateway.
  package init(
    directory: String,
    options: FilesOptions = FilesOptions(),
    threads: NIOThreadPool = .singleton
  ) {
    root = DocumentRoot(directory)
    self.options = options
    self.threads = threads
  }

  package func handle(_ exchange: Exchange) {
    threads.submit { [self] state in
      guard case .active = state else {
        exchange.fail(AppFailure(message: "The server is stopping."))
        return
      }
      respond(to: exchange)
    }
  }

  private func respond(to exchange: Exchange) {
    let request = exchange.request
    let name = DocumentPath(request.path)?.text ?? request.path
    do throws(Errno) {
      // A file that is being written anew may become shorter between the look and the read.
      for _ in 0..<3 {
        if try answerOnce(exchange) { return }
      }
      exchange.respond(.unsteady(name, mount: request.mountPrefix))
    } catch {
      exchange.respond(.unreadable(name, mount: request.mountPrefix, because: error))
    }
  }

  /// Answers an exchange, or returns false, nothing sent, if the file shrank meanwhile.
  private func answerOnce(_ exchange: Exchange) throws(Errno) -> Bool {
    switch answer(to: exchange.request) {
    case .content(let head, let file, let range):
      let sender = FileSender(exchange: exchange, file: file, threads: threads)
      return try sender.send(range, after: head)
    case .head(let head):
      exchange.respond(head)
    case .page(let page, let fields):
      let request = exchange.request
      let rendered = page.render(
        accept: request.fields.acceptList,
        requestID: String(exchange.id)
      )
      var head = ResponseHead(status: page.status, fields: page.responseFields)
      head.fields.replaceOrAdd(name: "Content-Type", value: rendered.contentType)
      head.fields.add(contentsOf: fields)
      exchange.respond(head, body: rendered.body)
    }
    return true
  }

  /// Decides about a request. Blocks.
  package func answer(to request: Request) -> FilesAnswer {
    let mount = request.mountPrefix
    guard request.method == "GET" || request.method == "HEAD" else {
      return .page(.methodNotAllowed(request.method, mount: mount), ["Allow": "GET, HEAD"])
    }
    guard let path = DocumentPath(request.path) else {
      return .page(.noSuchFile(request.path, mount: mount))
    }
    switch root.lookUp(path) {
    case .directory where !path.endsWithSlash:
      return .head(Self.redirectToDirectory(request))
    case .directory:
      let index = path.appending("index.html")
      let lookUp = root.lookUp(index)
      switch lookUp {
      case .nothing, .directory: return .page(.noIndex(path.text, mount: mount))
      default: return answer(to: request, index, lookUp)
      }
    case .file where path.endsWithSlash:
      return .page(.noSuchFile(path.text + "/", mount: mount))
    case let lookUp:
      return answer(to: request, path, lookUp)
    }
  }

  private func answer(
    to request: Request,
    _ path: DocumentPath,
    _ lookUp: DocumentRoot.LookUp
  ) -> FilesAnswer {
    let mount = request.mountPrefix
    return switch lookUp {
    case .file(let file): Self.answer(to: request, file, named: path.names.last ?? [])
    case .nothing, .directory: .page(.noSuchFile(path.text, mount: mount))
    case .linkLeadsOut: .page(.linkLeadsOut(path.text, mount: mount))
    case .notRegular: .page(.notRegular(path.text, mount: mount))
    case .failed(let error): .page(.unreadable(path.text, mount: mount, because: error))
    case .rootFailed(let error):
      .page(.rootUnreadable(root.directory, mount: mount, because: error))
    }
  }

  private static func answer(
    to request: Request,
    _ file: OpenFile,
    named name: [UInt8]
  ) -> FilesAnswer {
    // A browser may keep the file, but asks each time whether it still is the last save.
    var fields: HTTPHeaders = ["Cache-Control": "no-cache", "Accept-Ranges": "bytes"]
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
    let wanted = request.method == "GET" && rangeApplies ? request.fields.first(name: "Range") : nil
    let status: Int
    let range: Range<Int>
    switch ByteRange(wanted, size: file.size) {
    case .unsatisfiable:
      fields.add(name: "Content-Range", value: "bytes */\(file.size)")
      return .head(ResponseHead(status: 416, fields: fields))
    case .part(let part):
      (status, range) = (206, part)
      fields.add(
        name: "Content-Range",
        value: "bytes \(part.lowerBound)-\(part.upperBound - 1)/\(file.size)"
      )
    case .whole:
      (status, range) = (200, 0..<file.size)
    }
    fields.add(name: "Content-Type", value: ContentType.of(name))
    fields.add(name: "Content-Length", value: String(range.count))
    let head = ResponseHead(status: status, fields: fields)
    return request.method == "HEAD" ? .head(head) : .content(head, file, range)
  }

  /// To the same URL with a slash at its end, where relative links in an index work.
  ///
  /// The reference is relative and begins with `./`: built from an absolute path it could begin
  /// with `//` and lead to another host. It is made of the target as received, because the client
  /// resolves it against that.
  private static func redirectToDirectory(_ request: Request) -> ResponseHead {
    let path = request.target.utf8.prefix { $0 != UInt8(ascii: "?") }
    let slash = path.lastIndex(of: UInt8(ascii: "/"))
    let name = path.suffix(from: slash.map(path.index(after:)) ?? path.startIndex)
    let query = request.query.isEmpty ? "" : "?\(request.query)"
    return ResponseHead(
      status: 308,
      fields: ["Location": "./\(Substring(name))/\(query)", "Cache-Control": "no-cache"]
    )
  }
}

extension FieldSection {
  /// All lines of Accept as one; nil if there is none.
  fileprivate var acceptList: String? {
    let lines = self["Accept"]
    return lines.isEmpty ? nil : lines.joined(separator: ",")
  }
}
