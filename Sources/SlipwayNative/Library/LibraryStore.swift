import Glibc
import SlipwaySystem
import SystemPackage

/// Keeps the libraries that generations are loaded from: `generations/<generation>/lib<Product>.so`,
/// or `generations/<generation>.<slot>/…` where a generation serves several.
///
/// A library is loaded from a copy, because the linker writes into its output in place, and a mapped
/// file that changes takes the process with it. A copy is complete when it gets its name.
///
/// The slots keep two products of one name apart: the loader takes two libraries with the same path
/// for one. All functions block.
package struct LibraryStore: Sendable {
  /// How many generations are kept, the newest included: a debugger may still want them.
  private static let keptGenerations: UInt32 = 3

  private let directory: FilePath

  /// - Parameter directory: The server's own directory, `.slipway`. Made when needed.
  package init(directory: String) {
    self.directory = FilePath(directory).appending("generations")
  }

  /// Copies a library to where `generation` will load it from.
  ///
  /// - Parameters:
  ///   - product: The name of the product.
  ///   - path: The library that the build has made.
  ///   - generation: The generation that will load it.
  ///   - slot: Which of the generation's libraries it is.
  ///   - isFinal: Nobody writes to the file at `path` any more, though it may be removed: then it need
  ///     not be copied to have a second name.
  /// - Returns: The path of the copy.
  package func install(
    _ product: String,
    from path: String,
    generation: UInt32,
    slot: Int = 0,
    isFinal: Bool = false
  ) throws(NativeError) -> String {
    guard let name = FilePath.Component("lib\(product).so") else {
      throw .productMissing(path, product: product)
    }
    let folder = directory.appending(slot == 0 ? "\(generation)" : "\(generation).\(slot)")
    let destination = folder.appending(name)
    let temporary = folder.appending(".\(name).\(getpid())")
    let source = try open(path, product: product)
    try makeDirectory(folder, product: product)
    do throws(NativeError) {
      _ = unsafe unlink(temporary.string)
      let isLinked = unsafe isFinal ? link(path, temporary.string) == 0 : false
      if !isLinked {
        try copy(source.descriptor, to: temporary, product: product)
      }
      try call("rename the copy to", destination, product) {
        unsafe rename(temporary.string, destination.string)
      }
    } catch {
      _ = unsafe unlink(temporary.string)
      throw error
    }
    return destination.string
  }

  /// Whether a library that was installed is byte for byte the one that a build has made.
  package func isInstalled(_ path: String, as copy: String) -> Bool {
    FileCopy.isSame(FilePath(path), as: FilePath(copy))
  }

  /// Removes the libraries of generations that are neither `generation` nor one of the two before
  /// it, but for those in `kept`. What cannot be removed stays, and does no harm.
  package func prune(atGeneration generation: UInt32, keeping kept: Set<String>) {
    let oldest = generation < Self.keptGenerations ? 1 : generation - Self.keptGenerations + 1
    for name in DirectoryEntries.names(in: directory.string) {
      guard
        let number = name.split(separator: ".").first.flatMap({ UInt32($0) }),
        !(oldest...max(oldest, generation)).contains(number)
      else { continue }
      let folder = directory.appending(name)
      guard !kept.contains(where: { FilePath($0).starts(with: folder) }) else { continue }
      for file in DirectoryEntries.names(in: folder.string) {
        _ = unsafe unlink(folder.appending(file).string)
      }
      _ = unsafe rmdir(folder.string)
    }
  }

  private func open(_ path: String, product: String) throws(NativeError) -> OwnedDescriptor {
    do {
      return OwnedDescriptor(
        try FileDescriptor.open(FilePath(path), .readOnly, options: .closeOnExec)
      )
    } catch Errno.noSuchFileOrDirectory, Errno.notDirectory {
      throw .productMissing(path, product: product)
    } catch {
      throw .copying("read", path, error as? Errno ?? .ioError, product: product)
    }
  }

  /// Makes a directory and those above it; mkdir(2).
  private func makeDirectory(_ path: FilePath, product: String) throws(NativeError) {
    if unsafe mkdir(path.string, 0o700) == 0 || errno == EEXIST { return }
    let failure = Errno(rawValue: errno)
    let parent = path.removingLastComponent()
    guard failure == .noSuchFileOrDirectory, parent.length < path.length, !parent.isEmpty else {
      throw .copying("make the directory", path.string, failure, product: product)
    }
    try makeDirectory(parent, product: product)
    try call("make the directory", path, product) { unsafe mkdir(path.string, 0o700) }
  }

  private func copy(
    _ source: FileDescriptor,
    to path: FilePath,
    product: String
  ) throws(NativeError) {
    _ = unsafe unlink(path.string)
    do {
      let copy = OwnedDescriptor(
        try FileDescriptor.open(
          path,
          .writeOnly,
          options: [.create, .exclusiveCreate, .closeOnExec],
          permissions: [.ownerReadWriteExecute]
        )
      )
      try FileCopy.copyAll(from: source, to: copy.descriptor)
    } catch {
      throw .copying("write", path.string, error as? Errno ?? .ioError, product: product)
    }
  }

  private func call(
    _ action: String,
    _ path: FilePath,
    _ product: String,
    _ body: () -> Int32
  ) throws(NativeError) {
    guard body() == 0 || errno == EEXIST else {
      throw .copying(action, path.string, Errno(rawValue: errno), product: product)
    }
  }
}
