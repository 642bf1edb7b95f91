import CSlipwayPython
import Glibc

/// The library of CPython, which is opened once in the life of the process image.
enum PythonLibrary {
  /// Looks at everything, too, that would make the interpreter abort the process.
  static func open(_ interpreter: InterpreterDescription) throws(WSGIError) {
    let places = interpreter.libraryCandidates
    guard let library = places.first(where: \.exists) else {
      throw .noLibrary(interpreter, places)
    }
    let home = unsafe getenv("PYTHONHOME").map { unsafe String(cString: $0) }
    guard interpreter.standardLibraries(home: home).contains(where: \.exists) else {
      throw .noStandardLibrary(interpreter)
    }
    // RTLD_GLOBAL: modules written in C take the interpreter's symbols from the process.
    guard let handle = unsafe dlopen(library, RTLD_NOW | RTLD_GLOBAL) else {
      throw .cannotOpen(library, unsafe dlerror().map { unsafe String(cString: $0) } ?? "")
    }
    if let missing = unsafe slipway_python_load(handle) {
      throw .cannotOpen(library, "it has no \(unsafe String(cString: missing))")
    }
    let version = unsafe String(cString: slipway_python_version())
    let number = version.split(separator: " ").first.map(String.init) ?? version
    guard number.hasPrefix(interpreter.shortVersion + ".") else {
      throw .wrongVersion(library, number, interpreter)
    }
  }
}
