package import NIOPosix
import SystemPackage

/// Serves the files of a directory.
///
/// GET and HEAD, index files, conditional requests, ranges, compressed siblings, and what
/// `FilesOptions` adds. Nothing that is not a regular file beneath the directory is ever sent,
/// unless links may lead out of it, nor anything with a secret name (`SecretNames`).
///
/// A request is answered on its event loop if everything it takes is in the kernel's memory, as
/// it mostly is; else on a thread of a pool. Nobody waits for a disk on an event loop.
package final class FilesApplication: Application {
  let root: DocumentRoot
  let options: FilesOptions
  let fallback: DocumentPath?
  let notFoundPage: DocumentPath?
  private let threads: NIOThreadPool

  /// - Parameters:
  ///   - directory: An absolute path. The directory need not exist, and may come and go.
  ///   - threads: Where files are read: a started pool that outlives the gateway.
  package init(
    directory: String,
    options: FilesOptions = FilesOptions(),
    threads: NIOThreadPool = .singleton
  ) {
    root = DocumentRoot(
      directory,
      followsLinksOut: options.followsLinksOut,
      showsDotFiles: options.showsDotFiles
    )
    self.options = options
    fallback = options.fallback.flatMap(DocumentPath.init(file:))
    notFoundPage = options.notFoundPage.flatMap(DocumentPath.init(file:))
    self.threads = threads
  }

  /// On the exchange's event loop, as always.
  package func handle(_ exchange: Exchange) {
    do {
      if try answerOnce(exchange, .mustNotWait) { return }
    } catch {
      // It has to wait; and what cannot be read is found out once more, and then said.
    }
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
    do {
      // A file that is being written anew may become shorter between the look and the read.
      for _ in 0..<3 {
        if try answerOnce(exchange, .mayWait) { return }
      }
      exchange.respond(.unsteady(name, mount: request.mountPrefix))
    } catch {
      let cause = error as? Errno ?? .wouldBlock
      exchange.respond(.unreadable(name, mount: request.mountPrefix, because: cause))
    }
  }

  /// Answers an exchange, or returns false, nothing sent, if the file shrank meanwhile.
  private func answerOnce(_ exchange: Exchange, _ patience: Patience) throws -> Bool {
    let request = exchange.request
    switch try answer(to: request, patience) {
    case .content(let head, let file, let pieces):
      let sender = FileSender(exchange: exchange, file: file, threads: threads)
      return try sender.send(pieces, after: head, patience)
    case .head(let head):
      exchange.respond(head)
    case .listing(let listing):
      let rendered = listing.render(accept: request.fields.list("Accept"))
      // The page is ours, as the error pages are: nothing in it is fetched, nothing runs.
      var fields = ErrorPage.fieldsOfOwnPages
      fields.add(name: "Content-Type", value: rendered.contentType)
      exchange.respond(ResponseHead(status: 200, fields: fields), body: rendered.body)
    case .page(let page):
      exchange.respond(page)
    }
    return true
  }
}
