/// What a files mount has to say to a request.
package enum FilesAnswer: Sendable {
  /// These pieces, from this file, after a head that announces the number of their bytes.
  case content(ResponseHead, OpenFile, [FilePiece])

  /// The list of a directory.
  case listing(DirectoryListing)

  /// A head alone.
  case head(ResponseHead)

  /// An error.
  case page(ErrorPage)
}
