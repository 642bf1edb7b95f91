/// Finds the place in an HTML document where one more script can stand: the end of its head.
///
/// It reads as a browser does, by the tokenizer and the first insertion modes of the HTML standard
/// (WHATWG HTML, sections 13.2.5 and 13.2.6.4), as far as they decide what is markup: a `</head>` in
/// a comment, an attribute, a script or a title is none. What is no document, for it has neither a
/// doctype nor one of the tags html, head and body in front of its content, is a fragment.
///
/// Why the end of the head and not its beginning: by then it has been seen whether the page wants no
/// script, and which nonce it lets scripts have.
///
/// For encodings in which the bytes of `<`, `>`, quotes and letters stand for these alone.
struct HeadScanner {
  enum Verdict: Equatable {
    /// Everything so far belongs in front of the place, but the last `held` bytes, which may be
    /// behind it.
    case more(held: Int)
    /// The place is this many bytes before the end of what has been scanned so far, the byte scanned
    /// last included.
    case found(before: Int)
    /// There is no place: a fragment, or a page that wants to be left alone.
    case none
  }

  /// Of the page's own scripts, or its policy.
  private(set) var nonce: String?

  private enum State {
    case data
    case tagOpen, endTagOpen, tagName
    case markupDeclaration, comment, bogusComment, doctype
    case beforeAttribute, attributeName, afterAttributeName, beforeValue
    case value(quote: UInt8)
    case unquotedValue
    case selfClosing
    case raw
    case rawEnd
  }

  private var state = State.data
  /// Bytes since the `<` that may begin what the place is in front of, itself included.
  private var pending = 0
  /// What the bytes so far have in common with a byte order mark.
  private var position = 0
  private var first: UInt8 = 0

  private var isDocument = false
  /// Elements of `template` that are open.
  private var templates = 0

  private var isEndTag = false
  private var name = Name()
  private var attribute = Name()
  private var tag = TagContent()
  /// The element whose text is being skipped.
  private var rawName = Name()
  private var script = ScriptText()
  /// How many of the last bytes are dashes, in a comment; counts only to 2.
  private var dashes = 0
  private var commentLength = 0

  /// Takes one byte. After `found` or `none` there is nothing more to be scanned.
  mutating func scan(_ byte: UInt8) -> Verdict {
    position += 1
    if position <= 3, let verdict = takeMark(byte) { return verdict }
    return step(byte)
  }

  /// Whether the end of the document is a place.
  var mayEnd: Bool {
    guard isDocument, templates == 0, case .data = state else { return false }
    return true
  }

  /// UTF-16 begins with a mark or is labelled as such; UTF-8's mark is no content.
  private mutating func takeMark(_ byte: UInt8) -> Verdict? {
    switch (position, first, byte) {
    case (1, _, 0xEF), (1, _, 0xFE), (1, _, 0xFF):
      first = byte
      return .more(held: 0)
    case (2, 0xEF, 0xBB), (3, 0xEF, 0xBF): return .more(held: 0)
    case (2, 0xFE, 0xFF), (2, 0xFF, 0xFE): return Verdict.none
    // What looked like a mark is text, in front of everything that makes a document.
    default: return first != 0 ? Verdict.none : nil
    }
  }

  private mutating func step(_ byte: UInt8) -> Verdict {
    switch state {
    case .data:
      if byte == Byte.lessThan {
        state = .tagOpen
        pending = 1
        return .more(held: 1)
      }
      if byte.isHTMLSpace || templates > 0 { return .more(held: 0) }
      return content(before: 1)
    case .tagOpen: return open(byte)
    case .endTagOpen: return openEnd(byte)
    case .tagName:
      pending += 1
      guard byte.endsName else {
        name.append(byte)
        if !name.isTooLong { return .more(held: pending) }
        // None that matters. An end tag like that changes nothing, a start tag is content.
        return isEndTag || templates > 0 ? .more(held: 0) : content(before: pending)
      }
      let verdict = named()
      guard case .more = verdict else { return verdict }
      pending = 0
      return afterName(byte)
    case .markupDeclaration:
      pending += 1
      return declare(byte)
    case .comment:
      return comment(byte)
    case .bogusComment, .doctype:
      if byte == Byte.greaterThan { state = .data }
    case .beforeAttribute, .attributeName, .afterAttributeName, .beforeValue, .value,
      .unquotedValue, .selfClosing:
      return attributes(byte)
    case .raw, .rawEnd:
      raw(byte)
    }
    return .more(held: 0)
  }

  // MARK: Tags

  private mutating func open(_ byte: UInt8) -> Verdict {
    pending += 1
    switch byte {
    case UInt8(ascii: "!"):
      state = .markupDeclaration
      name = Name()
    case UInt8(ascii: "/"):
      state = .endTagOpen
    case UInt8(ascii: "?"):
      state = .bogusComment
      pending = 0
    case _ where byte.isASCIILetter:
      isEndTag = false
      begin(byte)
    default:
      // A `<` that opens nothing is text.
      if templates == 0 { return content(before: pending) }
      state = .data
      pending = 0
      return step(byte)
    }
    return .more(held: pending)
  }

  private mutating func openEnd(_ byte: UInt8) -> Verdict {
    pending += 1
    switch byte {
    case _ where byte.isASCIILetter:
      isEndTag = true
      begin(byte)
    case Byte.greaterThan:
      // `</>` is nothing.
      state = .data
      pending = 0
    default:
      state = .bogusComment
      pending = 0
    }
    return .more(held: pending)
  }

  private mutating func begin(_ byte: UInt8) {
    state = .tagName
    name = Name()
    name.append(byte)
    tag = TagContent()
  }

  /// A tag's name is complete: whether the head goes on with it.
  private mutating func named() -> Verdict {
    if templates > 0 {
      if name == "template" { templates += isEndTag ? -1 : 1 }
      return .more(held: 0)
    }
    if isEndTag {
      switch name.text {
      case "head", "body", "html", "br": return content(before: pending)
      // Any other end tag is an error that changes nothing (13.2.6.4.4).
      default: return .more(held: 0)
      }
    }
    switch name.text {
    case "html", "head": isDocument = true
    case "base", "basefont", "bgsound", "link", "meta", "title", "style", "script", "noscript",
      "noframes":
      break
    case "template": templates = 1
    case "body", "frameset":
      isDocument = true
      return content(before: pending)
    default: return content(before: pending)
    }
    return .more(held: 0)
  }

  /// What is no part of a head begins.
  private func content(before count: Int) -> Verdict {
    isDocument ? .found(before: count) : .none
  }

  private mutating func afterName(_ byte: UInt8) -> Verdict {
    switch byte {
    case Byte.greaterThan: return endTag()
    case UInt8(ascii: "/"): state = .selfClosing
    default: state = .beforeAttribute
    }
    return .more(held: 0)
  }

  private mutating func endTag() -> Verdict {
    state = .data
    guard !isEndTag else { return .more(held: 0) }
    if name == "meta", templates == 0 {
      if tag.isOptOut { return .none }
      if nonce == nil { nonce = tag.policyNonce }
    }
    if nonce == nil, name == "script", templates == 0 { nonce = tag.nonce }
    switch name.text {
    case "title", "textarea", "style", "script", "noscript", "noframes", "xmp", "iframe", "noembed":
      rawName = name
      script = ScriptText()
      state = .raw
    default: break
    }
    return .more(held: 0)
  }

  // MARK: Attributes (13.2.5.32 to 13.2.5.40)

  private mutating func attributes(_ byte: UInt8) -> Verdict {
    switch state {
    case .beforeAttribute where byte.isHTMLSpace: break
    case .beforeAttribute where byte == UInt8(ascii: "/"): state = .selfClosing
    case .beforeAttribute where byte == Byte.greaterThan: return endTag()
    case .beforeAttribute:
      attribute = Name()
      attribute.append(byte)
      state = .attributeName
    case .selfClosing where byte == Byte.greaterThan: return endTag()
    case .selfClosing:
      state = .beforeAttribute
      return attributes(byte)
    case .attributeName, .afterAttributeName:
      switch byte {
      case UInt8(ascii: "="):
        tag.begin(attribute)
        state = .beforeValue
      case UInt8(ascii: "/"): state = .selfClosing
      case Byte.greaterThan: return endTag()
      case _ where byte.isHTMLSpace: state = .afterAttributeName
      default:
        if case .afterAttributeName = state { attribute = Name() }
        attribute.append(byte)
        state = .attributeName
      }
    case .beforeValue where byte.isHTMLSpace: break
    case .beforeValue where byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'"):
      state = .value(quote: byte)
    case .beforeValue where byte == Byte.greaterThan: return endTag()
    case .beforeValue:
      tag.append(byte)
      state = .unquotedValue
    case .value(let quote):
      if byte == quote { state = .beforeAttribute } else { tag.append(byte) }
    case .unquotedValue where byte == Byte.greaterThan: return endTag()
    case .unquotedValue where byte.isHTMLSpace: state = .beforeAttribute
    case .unquotedValue: tag.append(byte)
    default: break
    }
    return .more(held: 0)
  }

  // MARK: Comments and doctypes (13.2.5.42 to 13.2.5.53)

  private mutating func declare(_ byte: UInt8) -> Verdict {
    name.append(byte)
    if name == "--" {
      state = .comment
      dashes = 0
      commentLength = 0
    } else if name == "doctype" {
      // Only the first thing in a document can be one, but nobody means anything else by it.
      isDocument = isDocument || templates == 0
      state = .doctype
    } else if !name.isPrefix(of: "--") && !name.isPrefix(of: "doctype") {
      state = byte == Byte.greaterThan ? .data : .bogusComment
    }
    return .more(held: 0)
  }

  /// Ends at `-->`, at `--!>`, and at once at `<!-->` and `<!--->`.
  private mutating func comment(_ byte: UInt8) -> Verdict {
    commentLength += 1
    switch byte {
    case UInt8(ascii: "-"): dashes = min(dashes + 1, 2)
    case Byte.greaterThan where dashes == 2 || commentLength == 1:
      state = .data
    case Byte.greaterThan where commentLength == 2 && dashes == 1: state = .data
    case Byte.greaterThan where dashes == 3: state = .data
    case UInt8(ascii: "!") where dashes == 2: dashes = 3
    default: dashes = 0
    }
    return .more(held: 0)
  }

  // MARK: Text that is no markup (13.2.5.2 to 13.2.5.31)

  private mutating func raw(_ byte: UInt8) {
    let isProtected = script.isDoublyEscaped
    if rawName == "script" { script.take(byte) }
    switch state {
    case .raw where byte == Byte.lessThan:
      state = .rawEnd
      name = Name()
    case .rawEnd where byte == Byte.lessThan:
      name = Name()
    case .rawEnd where name.isEmpty && byte == UInt8(ascii: "/"):
      name.append(byte)
    case .rawEnd where name.startsWithSlash && byte.endsName && name.isEnd(of: rawName):
      guard !isProtected else {
        state = .raw
        return
      }
      isEndTag = true
      name = rawName
      tag = TagContent()
      _ = afterName(byte)
    case .rawEnd where name.startsWithSlash && byte.isASCIILetter:
      name.append(byte)
    case .rawEnd: state = .raw
    default: break
    }
  }
}
