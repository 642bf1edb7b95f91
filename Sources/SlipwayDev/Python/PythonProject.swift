import FoundationEssentials

/// A directory as its Python framework leaves it: what there is served without a configuration.
struct PythonProject {
  let directory: String

  /// A Django project (manage.py), a single script for mod_wsgi, or a module by one of the names that
  /// Flask looks for.
  var target: PythonTarget? {
    if let target = djangoTarget { return target }
    let scripts = entries.filter { $0.hasSuffix(".wsgi") }.sorted()
    let names = (scripts.count == 1 ? scripts : []) + ["wsgi.py", "app.py"]
    let script = names.map { "\(directory)/\($0)" }.first { exists($0) }
    return script.map { PythonTarget(script: $0, callable: nil) }
  }

  /// The module `wsgi` that startproject makes beside the settings. Settings that are a package, with a
  /// module for each place where the project runs (`shop.settings.dev`), have it further out.
  private var djangoTarget: PythonTarget? {
    guard let settingsModule else { return nil }
    var package = settingsModule.split(separator: ".")
    while package.popLast() != nil {
      let path = package + ["wsgi"]
      let file = "\(directory)/\(path.joined(separator: "/")).py"
      if exists(file) {
        return PythonTarget(file: file, module: path.joined(separator: "."), root: directory)
      }
    }
    return nil
  }

  /// The settings that manage.py names: `os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")`.
  private var settingsModule: String? {
    guard let data = try? Data(contentsOf: URL(filePath: "\(directory)/manage.py")),
      data.count < 65_536,
      let text = String(data: data, encoding: .utf8)
    else { return nil }
    let words = text.split { "\"'".contains($0) }
    guard let index = words.firstIndex(of: "DJANGO_SETTINGS_MODULE"), index + 2 < words.count else {
      return nil
    }
    return String(words[index + 2])
  }

  private var entries: [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
  }

  private func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }
}
