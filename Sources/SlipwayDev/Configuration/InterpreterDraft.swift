/// What a mount says of the interpreter that it runs in, until all of it has been read.
struct InterpreterDraft {
  var ownGIL: SettingEntry.Origin?
  var debugger: SettingEntry.Origin?

  func check(_ mount: MountConfiguration) throws(Contradiction) {
    let options = mount.pythonOptions
    if options.hasOwnGIL, options.group.isEmpty, let ownGIL {
      throw Contradiction(
        value: InvalidValue(
          "“own-gil” is for an interpreter beside the main one, and \(mount.prefix.shownSafely) runs in that.",
          hint: "Add “application-group” with a name, or remove it."
        ),
        origin: ownGIL
      )
    }
    if options.debugger != nil, !options.group.isEmpty, let debugger {
      throw Contradiction(
        value: InvalidValue(
          "“debugger” serves the main interpreter, and \(mount.prefix.shownSafely) runs in that of the "
            + "group “\(options.group.shownSafely)”.",
          hint: "Remove “application-group” while the mount is debugged."
        ),
        origin: debugger
      )
    }
  }
}
