import NIOCore
import SlipwayCore
import SlipwayTestSupport
import Testing

struct ScriptInjectorTests {
  private static let tag = ScriptTag(source: "/_slipway/live.js")
  private static let html = "<script async src=\"/_slipway/live.js\"></script>"

  /// What comes out for pieces that are cut at these places.
  private func pass(_ bytes: [UInt8], cutAt places: [Int]) -> [UInt8] {
    var injector = ScriptInjector(Self.tag)
    var output: [UInt8] = []
    var start = 0
    for end in places + [bytes.count] {
      output += Array(injector.take(ByteBuffer(bytes: bytes[start..<end])).readableBytesView)
      start = end
    }
    return output + Array(injector.finish().readableBytesView)
  }

  private func check(_ marked: String) {
    let input = Array(marked.replacing("‸", with: "").utf8)
    let expected = Array(marked.replacing("‸", with: Self.html).utf8)
    for place in 0...input.count {
      let output = pass(input, cutAt: [place])
      guard output != expected else { continue }
      let text = String(decoding: output, as: UTF8.self)
      Issue.record("\(marked.debugDescription) cut at \(place): \(text.debugDescription)")
      return
    }
    let single = pass(input, cutAt: Array(1..<max(1, input.count)))
    #expect(single == expected, "\(marked.debugDescription) byte by byte")
  }

  @Test func aDocumentGetsTheTagAtTheEndOfItsHeadHoweverItIsCut() {
    #expect(InjectionCorpus.documents.count > 400)
    for document in InjectionCorpus.documents { check(document) }
  }

  @Test func whatIsNoDocumentStaysAsItIs() {
    for text in InjectionCorpus.others { check(text) }
  }

  /// Whatever it is fed, the output is the input with or without one tag.
  @Test func fuzzedInputComesOutWithOneTagOrNone() {
    var random = SeededGenerator(seed: 20)
    let pieces = InjectionCorpus.documents.map { Array($0.replacing("‸", with: "").utf8) }
    for _ in 0..<Fuzzing.rounds(3000) {
      var input = pieces.randomElement(using: &random) ?? []
      input += pieces.randomElement(using: &random) ?? []
      for _ in 0..<Int.random(in: 0..<4, using: &random) where !input.isEmpty {
        let place = Int.random(in: 0..<input.count, using: &random)
        input[place] = Array("<>!-/'\"= ht".utf8).randomElement(using: &random) ?? 0
      }
      let places = (0..<3).map { _ in Int.random(in: 0...input.count, using: &random) }.sorted()
      let output = pass(input, cutAt: places)
      let whole = pass(input, cutAt: [])
      #expect(output == whole)
      guard output != input else { continue }
      let tag = Array(Self.html.utf8)
      #expect(output.count == input.count + tag.count)
      let place = zip(output, input).prefix { $0 == $1 }.count
      // The tag begins as many tags do: the first difference may be a few bytes into it.
      let isOneTag = (max(0, place - tag.count)...place)
        .contains { start in
          Array(output[..<start]) == Array(input[..<start])
            && Array(output[start...].prefix(tag.count)) == tag
            && Array(output[(start + tag.count)...]) == Array(input[start...])
        }
      #expect(isOneTag)
    }
  }

  @Test(arguments: [
    ("<html><script nonce=abc></script><p>", "abc"),
    ("<html><script nonce='a/+-_='></script><p>", "a/+-_="),
    (
      "<html><meta http-equiv=Content-Security-Policy content=\"script-src 'nonce-xyz'\"><p>", "xyz"
    ),
    (
      "<html><meta content=\"default-src 'nonce-d'\" http-equiv=content-security-policy><p>", "d"
    ),
  ])
  func theNonceOfThePageIsUsed(_ html: String, _ nonce: String) {
    let output = String(decoding: pass(Array(html.utf8), cutAt: []), as: UTF8.self)
    #expect(output.contains("live.js\" nonce=\"\(nonce)\">"))
  }

  @Test(arguments: [
    "<html><script nonce='\"><b>'></script><p>", "<html><script nonce></script><p>",
  ])
  func whatIsNoNonceIsNot(_ html: String) {
    let output = String(decoding: pass(Array(html.utf8), cutAt: []), as: UTF8.self)
    #expect(output.contains(Self.html))
  }

  @Test func thePolicyThatGovernsScriptElementsDecides() {
    let policy = "default-src 'nonce-a'; script-src 'self' 'nonce-b'; script-src 'nonce-c'"
    #expect(ContentSecurityPolicy.nonce(in: policy) == "b")
    #expect(
      ContentSecurityPolicy.nonce(in: "script-src-elem 'NONCE-q'; script-src 'nonce-b'") == "q"
    )
    #expect(ContentSecurityPolicy.nonce(in: "script-src 'self'") == nil)
    #expect(ContentSecurityPolicy.nonce(in: "script-src 'nonce-\"x'") == nil)
  }
}
