import Glibc
import SlipwayDev
import SystemPackage

/// Runs `body` with a directory that is removed afterwards.
func withScratchDirectory<Result>(
  files: [String: String] = [:],
  _ body: (ScratchDirectory) throws -> Result
) throws -> Result {
  let scratch = try ScratchDirectory()
  defer { scratch.remove() }
  for (name, text) in files { try scratch.write(Array(text.utf8), to: name) }
  return try body(scratch)
}

/// A directory with some files in it.
struct ScratchDirectory {
  let path: String

  /// An empty one with a name of its own.
  init() throws {
    var template = Array("/tmp/slipway-configuration-XXXXXX".utf8)
    template.append(0)
    let isCreated = template.withUnsafeMutableBytes {
      $0.withMemoryRebound(to: CChar.self) { $0.baseAddress.flatMap(mkdtemp) != nil }
    }
    guard isCreated else { throw Errno(rawValue: errno) }
    path = String(decoding: template.dropLast(), as: UTF8.self)
  }

  func write(_ bytes: [UInt8], to name: String) throws {
    let file = try FileDescriptor.open(
      path + "/" + name,
      .writeOnly,
      options: [.create, .truncate],
      permissions: .ownerReadWrite
    )
    _ = try file.closeAfter { try file.writeAll(bytes) }
  }

  func has(_ name: String) -> Bool { access(path + "/" + name, F_OK) == 0 }

  /// The sources of a process that works here.
  func sources(
    environment: [String: String] = [:],
    _ change: (inout ConfigurationSources.Flags) -> Void = { _ in }
  ) -> ConfigurationSources {
    var flags = ConfigurationSources.Flags()
    change(&flags)
    return ConfigurationSources(
      flags: flags,
      environment: environment,
      workingDirectory: path,
      processID: 4242
    )
  }

  /// Removes the directory and the files in it.
  func remove() {
    guard let stream = opendir(path) else { return }
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != ".", name != ".." { unlink(path + "/" + name) }
    }
    closedir(stream)
    rmdir(path)
  }
}

extension ConfigurationSources {
  /// Why they cannot be resolved; nil if they can.
  var failure: ConfigurationError? {
    do throws(ConfigurationError) {
      _ = try resolve()
      return nil
    } catch {
      return error
    }
  }
}
