import CSlipwayABI
import Glibc

/// A shared library in the process; dlopen(3).
///
/// It is never closed: Swift code cannot be unloaded, because the runtime keeps addresses in it.
@safe struct SharedLibrary: @unchecked Sendable {
  // Sendable because a handle of dlopen may be used on any thread.
  private let handle: UnsafeMutableRawPointer
  private let path: String

  /// Loads the library with all its symbols resolved now, and none of them offered to others.
  init(opening path: String) throws(NativeError) {
    guard let handle = unsafe dlopen(path, RTLD_NOW | RTLD_LOCAL) else {
      throw .cannotOpen(library: path, loaderSays: Self.lastError())
    }
    unsafe self.handle = handle
    self.path = path
  }

  /// The function that makes the library an application.
  func entryPoint() throws(NativeError) -> NativeApplication.EntryPoint {
    guard let symbol = unsafe dlsym(handle, SLIPWAY_ENTRY_POINT) else {
      _ = Self.lastError()
      throw .noEntryPoint(library: path)
    }
    return unsafe unsafeBitCast(symbol, to: NativeApplication.EntryPoint.self)
  }

  /// What the loader says went wrong last on this thread; dlerror(3).
  private static func lastError() -> String {
    guard let text = unsafe dlerror() else { return "The loader gives no reason" }
    return unsafe String(cString: text)
  }
}
