import NIOCore

// Pages on their way out, with a script more.
extension ExchangeStream {
  /// A page that is sent in pieces, and gets the script on the way.
  struct Injection {
    private var injector: ScriptInjector
    /// What the application has announced by Content-Length and not sent yet. The response itself
    /// has no such field: whether the script goes in is known when the head is out.
    private var announced: Int?

    /// nil if the response is no page; otherwise the head tells of it with the script.
    init?(of head: inout ResponseHead, in stream: ExchangeStream) {
      guard let tag = stream.scriptTag(for: head) else { return nil }
      let length = head.fields.first(name: "Content-Length")
      announced = length.flatMap { Int($0) }
      // What is not a length is for the framing to refuse.
      guard (length == nil) == (announced == nil) else { return nil }
      injector = ScriptInjector(tag)
      InjectionRule.adapt(&head.fields)
    }

    /// Lets a piece of the body pass; false if it is more than was announced.
    mutating func pass(_ bytes: inout ByteBuffer) -> Bool {
      if let left = announced {
        guard bytes.readableBytes <= left else { return false }
        announced = left - bytes.readableBytes
      }
      bytes = injector.take(bytes)
      return true
    }

    /// How many of the announced bytes did not come; nil if none is missing.
    var missing: Int? { announced.flatMap { $0 > 0 ? $0 : nil } }

    mutating func finish() -> ByteBuffer { injector.finish() }
  }

  fileprivate func scriptTag(for head: ResponseHead) -> ScriptTag? {
    guard let liveScript else { return nil }
    return InjectionRule.tag(liveScript(), method: request.method, for: head)
  }

  /// What the mount's policy and the script make of a response's head before anything else is asked.
  func complete(_ head: inout ResponseHead) {
    policy?.complete(&head)
    guard head.status == 304, liveScript != nil, InjectionRule.isForPage(request.fields),
      let validator = head.fields.first(name: "ETag")
    else { return }
    // It was asked about by its mark: see `FieldSection.forPage`.
    head.fields.replaceOrAdd(name: "ETag", value: LiveValidator.marked(validator))
  }

  /// Puts the script into a body that is there as a whole, if it belongs there.
  func inject(into body: inout ByteBuffer?, of head: inout ResponseHead) {
    injection = nil
    guard let tag = scriptTag(for: head) else { return }
    // A wrong length stays for the framing to refuse.
    if let length = head.fields.first(name: "Content-Length"), request.method != "HEAD",
      Int(length) != body?.readableBytes ?? 0
    {
      return
    }
    head.fields.allowOwnScript()
    // An application that sees HEAD leaves the body out: whether the script would go in, nobody knows.
    guard let whole = body, request.method != "HEAD" || whole.readableBytes > 0 else {
      return InjectionRule.adapt(&head.fields)
    }
    var injector = ScriptInjector(tag)
    var injected = injector.take(whole)
    let rest = injector.finish()
    // Even of nothing, writing takes a copy of bytes that `whole` shares.
    if rest.readableBytes > 0 { injected.writeImmutableBuffer(rest) }
    // Length and digests of a fragment stay true.
    if injected.readableBytes == whole.readableBytes {
      return InjectionRule.markValidator(&head.fields)
    }
    InjectionRule.adapt(&head.fields)
    body = injected
  }

  /// Has the page know that made the request: what its scripts and images get, nobody sees.
  func tellPage(of failure: ErrorPage) {
    guard liveScript != nil, let tell = connection.gateway.configuration.onFailureBehindPage,
      failure.status >= 500,
      !failure.healsByItself, !InjectionRule.isForPage(request.fields),
      let referrer = request.fields.first(name: "Referer")
    else { return }
    tell(failure, referrer)
  }

  /// Appends what of the body is left when the application has sent all of it.
  func appendRest(to output: inout ByteBuffer, _ body: ResponseFraming.Body) {
    guard var rest = injection?.finish(), rest.readableBytes > 0, body != .none else { return }
    account(forSent: rest.readableBytes)
    if body == .chunked {
      output.writeChunkHead(rest.readableBytes)
      output.writeBuffer(&rest)
      output.writeStaticString("\r\n")
    } else {
      output.writeBuffer(&rest)
    }
  }
}

extension FieldSection {
  /// The fields of a request as the application gets them when its pages get a script: one for a page
  /// does not offer to take it compressed, for nobody could write into that, and asks about what was
  /// given out with the script only.
  func forPage() -> FieldSection {
    let isEncodable = contains(name: "Accept-Encoding")
    let isConditional = contains(name: "If-None-Match") || contains(name: "If-Modified-Since")
    guard isEncodable || isConditional, InjectionRule.isForPage(self) else { return self }
    var fields = self
    if isEncodable { fields.remove(name: "Accept-Encoding") }
    if isConditional { LiveValidator.unmark(&fields) }
    return fields
  }

  /// Has the policy of one of our own pages let the script run and speak with the server.
  mutating func allowOwnScript() {
    let name = "Content-Security-Policy"
    guard let policy = first(name: name), policy == ErrorPage.fieldsOfOwnPages.first(name: name)
    else { return }
    let allowed = "default-src 'none'; script-src 'self'; connect-src 'self';"
    replaceOrAdd(name: name, value: policy.replacing("default-src 'none';", with: allowed))
  }
}
