extension String {
  /// The items of a field value that is a list (RFC 9110, section 5.6.1), the empty ones left out.
  var listItems: [String] {
    split(separator: ",")
      .map { item in
        let isBlank = { (character: Character) in character == " " || character == "\t" }
        var item = item.drop(while: isBlank)
        while let last = item.last, isBlank(last) { item.removeLast() }
        return String(item)
      }
      .filter { !$0.isEmpty }
  }
}
