package import SystemPackage

/// The pages of a files mount. Paths in them are those of the URL, below the mount.
extension ErrorPage {
  /// SW023.
  package static func noSuchFile(_ path: String, mount: String) -> ErrorPage {
    ErrorPage(
      code: "SW023",
      status: 404,
      title: "File not found",
      message: "There is no file \(path) below the mount \(shown(mount)).",
      remedy: "Check the spelling, upper and lower case included. Names that begin with a dot are"
        + " served only where the mount says so, keys and credentials nowhere."
    )
  }

  /// SW023, for a directory.
  package static func noIndex(_ path: String, index: [String], mount: String) -> ErrorPage {
    let names = index.isEmpty ? "index file" : index.joined(separator: " or ")
    return ErrorPage(
      code: "SW023",
      status: 404,
      title: "No \(names)",
      message: "The directory \(path) below the mount \(shown(mount)) has no \(names).",
      remedy: "Ask for a file in it, or add one of that name. Directories are listed only where the"
        + " mount says so."
    )
  }

  /// SW035.
  package static func noFallback(_ path: String, mount: String) -> ErrorPage {
    ErrorPage(
      code: "SW035",
      status: 404,
      title: "The fallback is missing",
      message: "There is no file for this request below the mount \(shown(mount)), nor is there its"
        + " fallback \(path).",
      remedy:
        "Make that file (does a build have to be run?), or name another one as the fallback of"
        + " the mount."
    )
  }

  /// SW024, for a link.
  package static func linkLeadsOut(_ path: String, mount: String) -> ErrorPage {
    ErrorPage(
      code: "SW024",
      status: 403,
      title: "Link leads out of the mount",
      message: "\(path) below the mount \(shown(mount)) goes through a symbolic link that leads out"
        + " of the mounted directory.",
      remedy: "Put the file inside the directory, mount the directory it is in, or let the mount"
        + " follow links out of it. A link inside must be relative."
    )
  }

  /// SW024, for a device, FIFO or socket.
  package static func notRegular(_ path: String, mount: String) -> ErrorPage {
    ErrorPage(
      code: "SW024",
      status: 403,
      title: "Not a file",
      message: "\(path) below the mount \(shown(mount)) is a device, a FIFO or a socket.",
      remedy: "Only regular files are served."
    )
  }

  /// SW025.
  package static func methodNotAllowed(_ method: String, mount: String) -> ErrorPage {
    ErrorPage(
      code: "SW025",
      status: 405,
      title: "Method not allowed",
      message: "The mount \(shown(mount)) serves files, which take GET and HEAD, not \(method).",
      remedy: "Send \(method) requests to the prefix of an application.",
      allow: "GET, HEAD"
    )
  }

  /// SW026.
  package static func unreadable(_ path: String, mount: String, because error: Errno) -> ErrorPage {
    ErrorPage(
      code: "SW026",
      status: 500,
      title: "File cannot be read",
      message: "\(path) below the mount \(shown(mount)) cannot be read: \(error).",
      remedy: error == .permissionDenied
        ? "Let the user who runs Slipway read the file and search its directories." : nil
    )
  }

  /// SW026, for a file that does not keep still.
  package static func unsteady(_ path: String, mount: String) -> ErrorPage {
    ErrorPage(
      code: "SW026",
      status: 500,
      title: "File cannot be read",
      message: "\(path) below the mount \(shown(mount)) became shorter each time it was read.",
      remedy: "Ask again when the program that writes it is done."
    )
  }

  /// SW026, for the mounted directory.
  package static func rootUnreadable(
    _ directory: String,
    mount: String,
    because error: Errno
  ) -> ErrorPage {
    ErrorPage(
      code: "SW026",
      status: 500,
      title: "Directory cannot be opened",
      message:
        "The directory \(directory), mounted at \(shown(mount)), cannot be opened: \(error).",
      remedy: "Make it, or mount another one. No restart is needed."
    )
  }

  /// `/` for the mount whose prefix is written as the empty string.
  private static func shown(_ mount: String) -> String {
    mount.isEmpty ? "/" : mount
  }
}
