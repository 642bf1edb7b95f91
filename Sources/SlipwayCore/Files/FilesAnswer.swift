package import NIOHTTP1

/// What a files mount has to say to a request.
package enum FilesAnswer: Sendable {
  /// These bytes of the file, after a head that announces their number.
  case content(ResponseHead, OpenFile, Range<Int>)

  /// A head alone.
  case head(ResponseHead)

  /// An error, and the fields that its status demands.
  case page(ErrorPage, HTTPHeaders = [:])
}
