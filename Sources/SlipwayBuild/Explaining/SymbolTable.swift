import FoundationEssentials
import Glibc

/// Whether a library or an object defines a symbol. See elf(5); only 64-bit little-endian files are
/// read.
enum SymbolTable {
  /// Libraries beyond this size are not what an application lacks.
  private static let sizeLimit = 64_000_000

  static func file(_ path: String, defines symbol: String) -> Bool {
    var status = stat()
    guard unsafe stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
      status.st_size < sizeLimit, let data = FileManager.default.contents(atPath: path),
      data.mentions(symbol)
    else { return false }
    let file = Array(data)
    return defines(symbol, in: file, ".dynsym", ".dynstr")
      || defines(symbol, in: file, ".symtab", ".strtab")
  }

  /// The libraries that a linker script names, as glibc's `libm.so` is one.
  static func libraries(namedIn script: String) -> [String] {
    var status = stat()
    guard unsafe stat(script, &status) == 0, status.st_size < 4_096,
      let data = FileManager.default.contents(atPath: script)
    else { return [] }
    return String(decoding: data, as: UTF8.self)
      .split { $0.isWhitespace || $0 == "(" || $0 == ")" }
      .filter { $0.hasPrefix("/") && $0.contains(".so") }.map(String.init)
  }

  private static func defines(
    _ symbol: String,
    in file: [UInt8],
    _ table: String,
    _ names: String
  ) -> Bool {
    guard let symbols = ElfSection.bytes(named: table, in: file), symbols.count >= 24,
      let strings = ElfSection.bytes(named: names, in: file)
    else { return false }
    let wanted = Array(symbol.utf8) + [0]
    for start in stride(from: 0, to: symbols.count - 23, by: 24) {
      // st_name, st_info, st_other, st_shndx: what is defined lies in a section.
      let name = (0..<4).reduce(0) { $0 | Int(symbols[start + $1]) << (8 * $1) }
      let binding = symbols[start + 4] >> 4
      let isDefined = symbols[start + 6] != 0 || symbols[start + 7] != 0
      guard isDefined, binding == 1 || binding == 2, name + wanted.count <= strings.count,
        strings[name] == wanted[0]
      else { continue }
      if strings[name..<name + wanted.count].elementsEqual(wanted) { return true }
    }
    return false
  }
}

extension Data {
  /// Whether a text stands somewhere, with a zero behind it.
  fileprivate func mentions(_ text: String) -> Bool {
    let wanted = Array(text.utf8) + [0]
    return unsafe withUnsafeBytes { bytes in
      guard var rest = bytes.baseAddress else { return false }
      let end = unsafe rest + bytes.count
      while unsafe end - rest >= wanted.count,
        let found = unsafe memchr(rest, CInt(wanted[0]), end - rest - wanted.count + 1)
      {
        if unsafe memcmp(found, wanted, wanted.count) == 0 { return true }
        unsafe rest = UnsafeRawPointer(found) + 1
      }
      return false
    }
  }
}
