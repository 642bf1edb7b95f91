import SlipwayWSGI

extension WSGIOptions {
  init(_ mount: MountConfiguration, _ target: PythonTarget, searchPaths: SearchPaths) {
    self.init(root: target.root)
    let options = mount.pythonOptions
    file = target.file ?? ""
    module = target.module ?? ""
    callable = target.callable ?? options.callable ?? ""
    pythonPath = options.path + searchPaths[.python]
    home = options.home
    threads = options.threads
    queueTimeout = options.queueTimeout
    requestTimeout = options.requestTimeout
    environment = options.environment
    validates = options.validates
    group = options.group
    hasOwnGIL = options.hasOwnGIL
    eggs = options.eggs
    debugger = options.debugger
    pydevPath = options.pydevPath
    pydevServer = options.pydevServer
  }
}

extension InterpreterLocator {
  /// Looks around the application: in its directory, and in those above it up to where a project ends.
  init(_ options: WSGIOptions, environment: [String: String], cacheFile: String? = nil) {
    let parent = options.root.split(separator: "/").dropLast().joined(separator: "/")
    self.init(
      home: options.home,
      directories: [options.root, "/\(parent)"],
      environment: environment,
      cacheFile: cacheFile
    )
  }
}
