import SlipwayCore

extension MountPlan {
  /// What an application reads each time it answers. Not what it may write itself, such as data and
  /// uploads: a page that is loaded again would have it write again.
  private static let templates = [
    ".html", ".htm", ".xhtml", ".jinja", ".jinja2", ".j2", ".mako", ".tmpl", ".tpl", ".css", ".js",
    ".mjs",
  ]

  /// The paths under which changed files are served, unescaped; an empty one if there is one among
  /// them that pages of an application may be made of. Files that are not served are left out.
  package func paths(ofFiles files: [String]) -> [String] {
    files.flatMap { file in
      let served = mounts.filter { mount in
        directoryOfMount[mount].map { file.hasPrefix($0 + "/") } ?? false
      }
      if served.isEmpty { return Self.templates.contains(where: file.hasSuffix) ? [""] : [] }
      return served.filter(\.rules.reloadsLive)
        .map { mount in
          let prefix = mount.prefix == "/" ? "" : mount.prefix
          return prefix + file.dropFirst(directoryOfMount[mount]?.count ?? 0)
        }
    }
  }
}
