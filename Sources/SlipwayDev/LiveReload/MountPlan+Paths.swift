import SlipwayCore

extension MountPlan {
  /// The paths under which files are served, unescaped; those that are not served are left out.
  package func paths(ofFiles files: [String]) -> [String] {
    files.flatMap { file in
      mounts.compactMap { mount -> String? in
        guard let directory = directoryOfMount[mount], mount.rules.reloadsLive,
          file.hasPrefix(directory + "/")
        else { return nil }
        let prefix = mount.prefix == "/" ? "" : mount.prefix
        return prefix + file.dropFirst(directory.count)
      }
    }
  }
}
