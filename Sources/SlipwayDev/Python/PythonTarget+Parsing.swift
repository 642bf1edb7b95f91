import Glibc
import SystemPackage

extension PythonTarget {
  /// Understands `SCRIPT`, `SCRIPT:CALLABLE`, `MODULE` and `MODULE:CALLABLE`.
  ///
  /// Looks at the disk: whether a name is that of a script, and what packages it lies in.
  init(parsing text: String, relativeTo paths: PathResolver) throws(InvalidValue) {
    // The last colon, for a directory may have one in its name.
    let colon = text.lastIndex(of: ":")
    let name = colon.map { String(text[..<$0]) } ?? text
    let callable = colon.map { String(text[text.index(after: $0)...]) }
    if let callable, !Self.isCallable(callable) {
      throw InvalidValue(
        "“\(callable.shownSafely)” cannot be the name of a callable.",
        hint: "Write application, package.application or create_app()."
      )
    }
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    if name.contains("/") || name.hasSuffix(".py") || name.hasSuffix(".wsgi") {
      let script = try paths.absolute(name)
      // `shop.wsgi` may be the module `wsgi` of the package `shop`.
      let module = parts.joined(separator: "/") + ".py"
      guard access(script, F_OK) != 0, try access(paths.absolute(module), F_OK) == 0 else {
        self.init(script: script, callable: callable)
        return
      }
    }
    guard parts.allSatisfy({ Self.isIdentifier(String($0)) }) else {
      throw InvalidValue(
        "“\(text.shownSafely)” is neither a Python script nor a module.",
        hint: "Write wsgi:app.py, wsgi:app.wsgi or wsgi:module:callable."
      )
    }
    self.init(module: name, callable: callable, root: try paths.absolute("."))
  }

  /// A script that lies in packages is a module of theirs, imported from the directory around them:
  /// its relative imports work, and nothing is imported twice under two names.
  init(script: String, callable: String?) {
    let path = FilePath(script)
    var root = path.removingLastComponent()
    guard script.hasSuffix(".py"), let stem = path.stem, Self.isIdentifier(stem) else {
      self.init(file: script, callable: callable, root: root.string)
      return
    }
    var names = [stem]
    while access(root.appending("__init__.py").string, F_OK) == 0,
      let name = root.lastComponent?.string, Self.isIdentifier(name)
    {
      names.insert(name, at: 0)
      root.removeLastComponent()
    }
    self.init(
      file: script,
      module: names.joined(separator: "."),
      callable: callable,
      root: root.string
    )
  }

  private static func isCallable(_ text: String) -> Bool {
    let name = text.hasSuffix("()") ? String(text.dropLast(2)) : text
    return name.split(separator: ".", omittingEmptySubsequences: false)
      .allSatisfy { isIdentifier(String($0)) }
  }

  /// https://docs.python.org/3/reference/lexical_analysis.html#identifiers, roughly: Python has the last
  /// word.
  private static func isIdentifier(_ text: String) -> Bool {
    guard let first = text.first, first == "_" || first.isLetter else { return false }
    return text.allSatisfy { $0 == "_" || $0.isLetter || $0.isNumber }
  }
}
