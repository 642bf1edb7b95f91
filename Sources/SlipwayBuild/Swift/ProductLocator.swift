import FoundationEssentials

/// Finds the library that a build has made, without asking SwiftPM, which takes a third of a
/// second.
enum ProductLocator {
  /// The path of the library, or nil if it is not there.
  ///
  /// SwiftPM keeps products in `SCRATCH/TRIPLE/CONFIGURATION` and points the symbolic link
  /// `SCRATCH/CONFIGURATION` there. Without the link, the newest of several triples counts.
  static func library(of request: BuildRequest) -> String? {
    let name = "lib\(request.product).so"
    let linked = "\(request.scratchDirectory)/\(request.configuration.rawValue)/\(name)"
    if FileStamp(path: linked) != nil { return linked }
    let entries = try? FileManager.default.contentsOfDirectory(atPath: request.scratchDirectory)
    let found = (entries ?? [])
      .compactMap { triple -> (String, FileStamp)? in
        let path =
          "\(request.scratchDirectory)/\(triple)/\(request.configuration.rawValue)/\(name)"
        return FileStamp(path: path).map { (path, $0) }
      }
    return found.max { $0.1.modified < $1.1.modified }?.0
  }
}
