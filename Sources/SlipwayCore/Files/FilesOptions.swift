/// What a files mount does beyond sending the file that the path names.
package struct FilesOptions: Sendable, Hashable, Codable {
  /// Names that are looked for, in this order, where the path names a directory.
  package var index = ["index.html"]

  /// Whether a directory without an index is answered by a list of what is in it.
  package var listsDirectories = false

  /// A file, relative to the directory, that answers GET and HEAD with status 200 where nothing is
  /// found and the client accepts HTML: the page of a single-page application.
  package var fallback: String?

  /// A file, relative to the directory, that is the body of status 404.
  package var notFoundPage: String? = "404.html"

  /// Whether symbolic links may lead out of the directory.
  package var followsLinksOut = false

  /// Whether files and directories are shown whose name begins with a dot. Private keys never are.
  package var showsDotFiles = false

  /// The value of Cache-Control.
  package var cacheControl = "no-cache"

  /// Whether `NAME.br` and `NAME.gz` are sent in the place of `NAME` to clients that prefer them.
  package var sendsPrecompressed = true

  package init() {}
}
