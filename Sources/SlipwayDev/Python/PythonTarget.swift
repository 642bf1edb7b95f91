/// What a mount of the kind `wsgi` serves.
package struct PythonTarget: Sendable, Hashable, Codable {
  /// A script, absolute; nil if a module is named that sys.path finds.
  package var file: String?

  /// A module's name, with the packages that it is in; nil for a script that no import finds, such as
  /// app.wsgi.
  package var module: String?

  /// What follows the colon: `name`, `name.attribute` or `factory()`; nil for what is usual.
  package var callable: String?

  /// The directory from which the module is imported, absolute.
  package var root: String

  package init(file: String? = nil, module: String? = nil, callable: String? = nil, root: String) {
    self.file = file
    self.module = module
    self.callable = callable
    self.root = root
  }

  /// As it is shown: `app.wsgi`, `shop.wsgi:application`.
  package var shown: String {
    let what = file.map { $0.hasPrefix(root + "/") ? String($0.dropFirst(root.count + 1)) : $0 }
    return (what ?? module ?? "") + (callable.map { ":\($0)" } ?? "")
  }
}
