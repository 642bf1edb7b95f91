/// What options of a mount say together and cannot have been meant.
struct Contradiction: Error {
  var value: InvalidValue
  var origin: SettingEntry.Origin
}
