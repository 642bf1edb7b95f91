import CSlipwayShims

/// An executable file as it is mapped into a process. See proc_pid_maps(5).
package struct MappedModule: Sendable, Equatable {
  package var addresses: Range<UInt64>

  /// Where in the file the first of them is.
  package var offset: UInt64

  package var path: String

  package init(addresses: Range<UInt64>, offset: UInt64, path: String) {
    self.addresses = addresses
    self.offset = offset
    self.path = path
  }

  /// Those in lines of /proc/PID/maps; lines that say something else are left out.
  package static func parse(_ text: String) -> [MappedModule] {
    text.split(separator: "\n").compactMap(MappedModule.init(line:))
  }

  private init?(line: Substring) {
    // The path is the rest of the line, blanks included.
    let fields = line.split(separator: " ", maxSplits: 5, omittingEmptySubsequences: true)
    guard fields.count == 6, let dash = fields[0].firstIndex(of: "-"),
      let start = UInt64(fields[0][..<dash], radix: 16),
      let end = UInt64(fields[0][dash...].dropFirst(), radix: 16), start < end,
      let offset = UInt64(fields[2], radix: 16),
      let slash = fields[5].firstIndex(of: "/")
    else { return nil }
    addresses = start..<end
    self.offset = offset
    path = String(fields[5][slash...])
  }

  /// Those of this process, now.
  package static var current: [MappedModule] {
    let limit = SLIPWAY_CRASH_MODULES
    let text = unsafe [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
      unsafe buffer.withMemoryRebound(to: CChar.self) { bytes in
        guard let start = bytes.baseAddress else { return }
        count = unsafe Int(slipway_copy_modules(start, UInt32(limit)))
      }
    }
    return parse(String(decoding: text, as: UTF8.self))
  }
}
