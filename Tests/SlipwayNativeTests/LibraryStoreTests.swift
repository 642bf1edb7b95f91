import Foundation
import SlipwayNative
import SlipwayTestSupport
import Testing

@Suite(.timeLimit(.minutes(5)))
struct LibraryStoreTests {
  @Test func copiesToThePathOfTheGeneration() throws {
    let directory = try Scratch.directory()
    let product = directory.appending(path: "build.so")
    let content = Data((0..<2_500_000).map { UInt8(truncatingIfNeeded: $0) })
    try content.write(to: product)
    let store = LibraryStore(directory: directory.appending(path: ".slipway").path)
    let copy = try store.install("Harbour", from: product.path, generation: 3)
    #expect(copy == directory.appending(path: ".slipway/generations/3/libHarbour.so").path)
    #expect(try Data(contentsOf: URL(filePath: copy)) == content)
    #expect(store.isInstalled(product.path, as: copy))
    #expect(try names(in: directory.path + "/.slipway/generations/3") == ["libHarbour.so"])
  }

  @Test func leavesTheOldCopyWhereItIsMapped() throws {
    let directory = try Scratch.directory()
    let product = directory.appending(path: "build.so")
    let store = LibraryStore(directory: directory.path)
    try Data("one".utf8).write(to: product)
    let copy = try store.install("Harbour", from: product.path, generation: 1)
    let mapped = try FileHandle(forReadingFrom: URL(filePath: copy))
    try Data("two".utf8).write(to: product)
    #expect(!store.isInstalled(product.path, as: copy))
    #expect(try store.install("Harbour", from: product.path, generation: 1) == copy)
    #expect(try mapped.readToEnd() == Data("one".utf8))
    #expect(try Data(contentsOf: URL(filePath: copy)) == Data("two".utf8))
  }

  @Test func keepsTheLastThreeGenerations() throws {
    let directory = try Scratch.directory()
    let product = directory.appending(path: "build.so")
    try Data("one".utf8).write(to: product)
    let store = LibraryStore(directory: directory.path)
    // 40 is what another server left behind, 6 what is to come.
    for generation: UInt32 in [1, 2, 3, 4, 5, 6, 40] {
      _ = try store.install("Harbour", from: product.path, generation: generation)
    }
    let next = try store.install("Harbour", from: product.path, generation: 6, slot: 1)
    store.prune(atGeneration: 5, keeping: [next])
    #expect(try names(in: directory.path + "/generations") == ["3", "4", "5", "6.1"])
  }

  @Test func namesAProductThatIsMissing() throws {
    let directory = try Scratch.directory()
    let error = try failure(installing: directory.path + "/none.so", in: directory.path)
    #expect(error.code == .productMissing)
    #expect(error.message.contains("\(directory.path)/none.so"))
  }

  @Test(arguments: ["", "..", "a/b"])
  func takesNoNameThatLeadsElsewhere(product: String) throws {
    let directory = try Scratch.directory()
    let library = directory.appending(path: "build.so")
    try Data("one".utf8).write(to: library)
    let store = LibraryStore(directory: directory.path)
    let copy = try? store.install(product, from: library.path, generation: 1)
    #expect(copy == nil || copy?.hasPrefix(directory.path + "/generations/1/lib") == true)
    #expect(try names(in: directory.path).filter { $0 != "generations" } == ["build.so"])
  }

  @Test func saysWhatItCannotMakeADirectoryIn() throws {
    let directory = try Scratch.directory()
    let file = directory.appending(path: "file")
    try Data("one".utf8).write(to: file)
    let error = try failure(installing: file.path, in: file.path)
    #expect(error.code == .cannotCopy)
    #expect(error.message.contains("Not a directory"))
  }

  /// A file system of 64 KiB, as a full disk; needs the right to mount.
  @Test(.enabled(if: Privileges.canMount))
  func leavesNothingOnAFullDisk() throws {
    let directory = try Scratch.directory()
    let product = directory.appending(path: "build.so")
    try Data(count: 1_000_000).write(to: product)
    let disk = directory.appending(path: "disk").path
    try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: true)
    try #require(mount("none", disk, "tmpfs", 0, "size=64k") == 0)
    defer { umount2(disk, 2) }

    let error = try failure(installing: product.path, in: disk)
    #expect(error.code == .diskFull)
    #expect(error.remedy?.contains("Free some space") == true)
    #expect(try names(in: disk + "/generations/1") == [])

    try Data(count: 1000).write(to: product)
    _ = try LibraryStore(directory: disk).install("Harbour", from: product.path, generation: 1)
    #expect(try names(in: disk + "/generations/1") == ["libHarbour.so"])
  }

  /// Rights do not bind the superuser, but a file system that is mounted read-only does.
  @Test(.enabled(if: Privileges.canMount))
  func saysWhatItMayNotWrite() throws {
    let directory = try Scratch.directory()
    let product = directory.appending(path: "build.so")
    try Data(count: 10).write(to: product)
    let disk = directory.appending(path: "disk").path
    try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: true)
    try #require(mount("none", disk, "tmpfs", UInt(MS_RDONLY), "size=64k") == 0)
    defer { umount2(disk, 2) }

    let error = try failure(installing: product.path, in: disk)
    #expect(error.code == .notPermitted)
    #expect(error.message.contains(disk))
  }

  private func failure(installing path: String, in directory: String) throws -> NativeError {
    try #require(throws: NativeError.self) {
      _ = try LibraryStore(directory: directory).install("Harbour", from: path, generation: 1)
    }
  }

  private func names(in directory: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: directory).sorted()
  }
}
