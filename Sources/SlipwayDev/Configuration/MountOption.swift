/// What the mapping of a mount in the configuration file may say.
enum MountOption: String, CaseIterable {
  /// What is mounted; the others are optional.
  case serve

  // Of every mount
  case allow
  case deny
  case order
  case methods
  case headers
  case bodyLimit = "body-limit"
  case liveReload = "live-reload"

  // Of files
  case index
  case listDirectories = "list-directories"
  case fallback
  case notFound = "not-found"
  case followLinks = "follow-links"
  case dotFiles = "dot-files"
  case cacheControl = "cache-control"
  case precompressed

  // Of Python
  case pythonPath = "python-path"
  case pythonHome = "python-home"
  case callableObject = "callable-object"
  case threads
  case queueTimeout = "queue-timeout"
  case requestTimeout = "request-timeout"
  case environment
  case validate
  case debugger
  case pydevPath = "pydev-path"
  case pydevServer = "pydev-server"
  case applicationGroup = "application-group"
  case ownGIL = "own-gil"
  case pythonEggs = "python-eggs"

  var shape: Setting.Shape {
    switch self {
    case .allow, .deny, .order, .methods, .index, .pythonPath: .list
    case .headers, .environment: .table
    case .serve, .bodyLimit, .liveReload, .listDirectories, .fallback, .notFound, .followLinks,
      .dotFiles, .cacheControl, .precompressed, .pythonHome, .callableObject, .threads,
      .queueTimeout, .requestTimeout, .validate, .debugger, .pydevPath, .pydevServer,
      .applicationGroup, .ownGIL, .pythonEggs:
      .scalar
    }
  }

  /// Whether only a directory of files can have it.
  var isOfFiles: Bool {
    switch self {
    case .serve, .allow, .deny, .order, .methods, .headers, .bodyLimit, .liveReload: false
    case .pythonPath, .pythonHome, .callableObject, .threads, .queueTimeout, .requestTimeout,
      .environment, .validate, .debugger, .pydevPath, .pydevServer, .applicationGroup, .ownGIL,
      .pythonEggs:
      false
    case .index, .listDirectories, .fallback, .notFound, .followLinks, .dotFiles, .cacheControl,
      .precompressed:
      true
    }
  }

  /// Whether only a Python application can have it.
  var isOfPython: Bool {
    switch self {
    case .pythonPath, .pythonHome, .callableObject, .threads, .queueTimeout, .requestTimeout,
      .environment, .validate, .debugger, .pydevPath, .pydevServer, .applicationGroup, .ownGIL,
      .pythonEggs:
      true
    default: false
    }
  }

  /// The option that is most likely meant by a key that is none.
  static func nearest(to key: String) -> MountOption? {
    let name = key.lowercased()
    if let known = otherNames[name] { return known }
    return name.nearest(among: allCases.map(\.rawValue)).flatMap(MountOption.init)
  }

  /// What Apache calls them, and what others might.
  private static let otherNames: [String: MountOption] = [
    "alias": .serve, "documentroot": .serve, "kind": .serve, "target": .serve,
    "require": .allow, "limit": .methods, "limitexcept": .methods, "allowmethods": .methods,
    "header": .headers, "limitrequestbody": .bodyLimit, "directoryindex": .index,
    "options": .listDirectories, "autoindex": .listDirectories, "indexes": .listDirectories,
    "fallbackresource": .fallback, "errordocument": .notFound, "404": .notFound,
    "followsymlinks": .followLinks, "wsgipythonpath": .pythonPath, "wsgipythonhome": .pythonHome,
    "wsgicallableobject": .callableObject, "callable": .callableObject, "setenv": .environment,
    "wsgiapplicationgroup": .applicationGroup, "wsgipythoneggs": .pythonEggs,
    "virtualenv": .pythonHome, "venv": .pythonHome, "workers": .threads,
  ]
}
