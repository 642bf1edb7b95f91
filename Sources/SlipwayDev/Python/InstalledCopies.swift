import FoundationEssentials
import SlipwaySystem

/// Finds modules that were imported from where they are installed although the project has their
/// sources: what is saved there changes nothing, and nothing tells why.
package struct InstalledCopies {
  package struct Copy: Hashable, Sendable {
    package var module: String
    /// The directory of installed modules that it came from.
    package var installed: String
    /// The directory that has its sources, which is the line that `python-path` lacks.
    package var source: String

    package init(module: String, installed: String, source: String) {
      self.module = module
      self.installed = installed
      self.source = source
    }
  }

  /// Directories in which projects keep what they install, below that of the application and, where
  /// that is a part of a project only, below the project's.
  private let places: [String]

  /// - Parameter root: The directory that the application is imported from, an absolute path.
  package init(root: String) {
    let parent = "/" + root.split(separator: "/").dropLast().joined(separator: "/")
    // Beside a directory that is no part of a project lies anything.
    let isProject = ["pyproject.toml", "setup.py", "setup.cfg"]
      .contains { FileManager.default.fileExists(atPath: "\(parent)/\($0)") }
    places = ([root] + (isProject ? [parent] : [])).flatMap { [$0, "\($0)/src", "\($0)/lib"] }
  }

  /// - Parameter files: Of all modules that were imported, absolute paths.
  package func find(among files: [String]) -> [Copy] {
    let copies = files.compactMap { file -> Copy? in
      // `site-packages`, and `dist-packages` of Debian's.
      guard let end = file.lastRange(of: "-packages/")?.upperBound else { return nil }
      let installed = String(file[..<end].dropLast())
      let parts = file[end...].split(separator: "/")
      guard let name = parts.first.map({ $0.hasSuffix(".py") ? $0.dropLast(3) : $0 }),
        parts.count == 1 || parts.last == "__init__.py" && parts.count == 2
      else { return nil }
      let source = places.first { place in
        !place.hasPrefix(installed)
          && ["\(place)/\(name)/__init__.py", "\(place)/\(name).py"]
            .contains { FileManager.default.fileExists(atPath: $0) }
      }
      return source.map { Copy(module: String(name), installed: installed, source: $0) }
    }
    return Set(copies).sorted { $0.module < $1.module }
  }
}

extension InstalledCopies.Copy: ReportableError {
  package var stableCode: String { "SW251" }

  package var message: String {
    "The module \(module) was imported from \(installed), where it is installed, and not from its sources "
      + "in \(source): what is saved there changes nothing."
  }

  package var remedy: String? {
    "Add `python-path: \(source)` to the mount, or install the project with `pip install --editable`."
  }
}

extension String {
  /// Where a text occurs last.
  fileprivate func lastRange(of text: String) -> Range<String.Index>? { ranges(of: text).last }
}
