import SystemPackage

// Which file answers a request.
extension FilesApplication {
  /// Decides about a request. Throws only where `patience` is out.
  package func answer(
    to request: Request,
    _ patience: Patience = .mayWait
  ) throws(WouldWait) -> FilesAnswer {
    let mount = request.mountPrefix
    guard request.method == "GET" || request.method == "HEAD" else {
      return .page(.methodNotAllowed(request.method, mount: mount))
    }
    guard let path = DocumentPath(request.path) else {
      return try nothing(for: request, .noSuchFile(request.path, mount: mount), patience)
    }
    switch try root.lookUp(path, patience) {
    case .directory(let directory):
      return try answer(to: request, path, directory, patience)
    case .file where path.endsWithSlash:
      return try nothing(for: request, .noSuchFile(path.text + "/", mount: mount), patience)
    case let lookUp:
      return try answer(to: request, path, lookUp, patience)
    }
  }

  private func answer(
    to request: Request,
    _ path: DocumentPath,
    _ directory: OpenDirectory,
    _ patience: Patience
  ) throws(WouldWait) -> FilesAnswer {
    // An application of one page may well have a view with the name of a directory of its assets:
    // there is nothing behind the slash, so the client is not sent there.
    let isView = !options.listsDirectories && fallbackApplies(to: request)
    if !path.endsWithSlash, !isView { return .head(Self.redirectToDirectory(request)) }
    for name in options.index {
      guard let index = path.appending(name) else { continue }
      let lookUp = try root.lookUp(index, patience)
      switch lookUp {
      case .nothing, .directory: continue
      case _ where !path.endsWithSlash: return .head(Self.redirectToDirectory(request))
      default: return try answer(to: request, index, lookUp, patience)
      }
    }
    if options.listsDirectories { return try list(directory, path, request, patience) }
    let page = ErrorPage.noIndex(path.text, index: options.index, mount: request.mountPrefix)
    return try nothing(for: request, page, patience)
  }

  private func answer(
    to request: Request,
    _ path: DocumentPath,
    _ lookUp: DocumentRoot.LookUp,
    _ patience: Patience
  ) throws(WouldWait) -> FilesAnswer {
    let mount = request.mountPrefix
    return switch lookUp {
    case .file(let file): try represent(file, at: path, for: request, patience)
    case .nothing, .directory:
      try nothing(for: request, .noSuchFile(path.text, mount: mount), patience)
    case .linkLeadsOut: .page(.linkLeadsOut(path.text, mount: mount))
    case .notRegular: .page(.notRegular(path.text, mount: mount))
    case .failed(let error): .page(.unreadable(path.text, mount: mount, because: error))
    case .rootFailed(let error):
      .page(.rootUnreadable(root.directory, mount: mount, because: error))
    }
  }

  /// The answer where there is no file: the page of a single-page application, the directory's own
  /// page of status 404, or ours.
  private func nothing(
    for request: Request,
    _ page: ErrorPage,
    _ patience: Patience
  ) throws(WouldWait) -> FilesAnswer {
    if let fallback, fallbackApplies(to: request) {
      guard case .file(let file) = try root.lookUp(fallback, patience) else {
        return .page(.noFallback(fallback.text, mount: request.mountPrefix))
      }
      return try represent(file, at: fallback, for: request, as: .fallback, patience)
    }
    guard let notFoundPage, case .file(let file) = try root.lookUp(notFoundPage, patience) else {
      return .page(page)
    }
    return try represent(file, at: notFoundPage, for: request, as: .notFoundPage, patience)
  }

  /// Only clients that say that they take HTML: those are people who go to a place. What a page
  /// fetches by itself (`Accept: */*`), such as a script whose name is misspelled, is better told
  /// that there is none than given a page.
  private func fallbackApplies(to request: Request) -> Bool {
    guard fallback != nil, let accept = request.fields.list("Accept") else { return false }
    return MediaRange.list(accept)
      .contains {
        $0.quality > 0
          && ($0.type == "text" && $0.subtype == "html"
            || $0.type == "application" && $0.subtype == "xhtml+xml")
      }
  }

  private func list(
    _ directory: OpenDirectory,
    _ path: DocumentPath,
    _ request: Request,
    _ patience: Patience
  ) throws(WouldWait) -> FilesAnswer {
    guard patience == .mayWait else { throw WouldWait() }
    do throws(Errno) {
      return .listing(
        try DirectoryListing(
          directory,
          at: path,
          mount: request.mountPrefix,
          in: root,
          showsDotFiles: options.showsDotFiles
        )
      )
    } catch {
      return .page(.unreadable(path.text, mount: request.mountPrefix, because: error))
    }
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
