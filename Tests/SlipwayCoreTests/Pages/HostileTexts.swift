/// What somebody could put into a page who is not asked: tried in every place that takes text.
enum HostileTexts {
  static let all: [String] =
    tags + attributes + ends + urls + templates + invisible + malformed + fragments

  /// Those that change a page where they are not escaped.
  static var markup: [String] { tags + ends }

  /// Those that end an attribute in double quotes.
  static var breakingAttributes: [String] { attributes.filter { $0.contains("\"") } }

  /// Tried in each place alone.
  static let nastiest = [
    "<script>alert(1)</script>", "\" onmouseover=\"alert(1)", "' onmouseover='alert(1)",
    "</title></style></pre><script>alert(1)</script>", "`<img src=x onerror=alert(1)>`",
    "javascript:alert(1)", "user\u{202E}nimda\u{0}", "{{message}}<!--{{#sections}}-->",
  ]

  private static let tags = [
    "<script>alert(1)</script>", "<SCRIPT>alert(1)</SCRIPT>", "<ScRiPt src=//evil.example/x.js>",
    "<script\n>alert(1)</script\n>", "<script/x>alert(1)</script>", "<<script>alert(1)//<</script>",
    "<img src=x onerror=alert(1)>", "<img/src=x/onerror=alert(1)>", "<img src=x onerror=alert(1)//",
    "<svg onload=alert(1)>", "<svg><script>alert(1)</script></svg>", "<svg/onload=alert(1)>",
    "<body onload=alert(1)>", "<iframe src=javascript:alert(1)>",
    "<iframe srcdoc='<script>1</script>'>",
    "<object data=javascript:alert(1)>", "<embed src=//evil.example/x.swf>",
    "<base href=//evil.example/>", "<link rel=stylesheet href=//evil.example/x.css>",
    "<meta http-equiv=refresh content='0;url=//evil.example/'>", "<form action=//evil.example/>",
    "<input autofocus onfocus=alert(1)>", "<details open ontoggle=alert(1)>",
    "<math><mi//xlink:href='data:x,<script>alert(1)</script>'>",
    "<a href=javascript:alert(1)>x</a>",
    "<style>*{background:url(//evil.example)}</style>", "<template><script>1</script></template>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>", "<plaintext>", "<xmp>",
    "<b>bold",
  ]

  private static let attributes = [
    "\" onmouseover=\"alert(1)", "' onmouseover='alert(1)", "\" autofocus onfocus=alert(1) x=\"",
    "x\"><script>alert(1)</script>", "x'><script>alert(1)</script>", "` onmouseover=alert(1)",
    "\" style=\"position:fixed;inset:0", "\"/><svg onload=alert(1)>", "a=\"b\" c='d' e=f",
  ]

  private static let ends = [
    "</title><script>alert(1)</script>", "</style><script>alert(1)</script>", "</script>",
    "</style>",
    "</pre><script>alert(1)</script>", "</textarea>", "</body></html>", "</main></div></section>",
    "--><script>alert(1)</script><!--", "-->", "<!--", "]]><script>", "<![CDATA[<script>]]>",
    "<?xml?>",
    "<!doctype x>",
  ]

  private static let urls = [
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\nscript:alert(1)", "java\tscript:alert(1)",
    " javascript:alert(1)", "\u{1}javascript:alert(1)", "javascript&colon;alert(1)",
    "vbscript:msgbox(1)", "data:text/html,<script>alert(1)</script>", "//evil.example/",
    "/\\evil.example/", "\\\\evil.example\\", "view-source:javascript:alert(1)", "blob:x",
    "https://user:pass@evil.example/\"onclick=\"alert(1)",
  ]

  private static let templates = [
    "{{message}}", "<!--{{#sections}}-->", "<!--{{/sections}}-->", "{{>place}}", "{{", "}}",
    "<link rel=\"stylesheet\" href=\"error.css\">", "`<script>alert(1)</script>`", "`x", "``",
    "` ` ` `",
    "`a\nb`", "\\u003cscript\\u003e", "%3Cscript%3E", "&lt;script&gt;", "&#60;script&#62;",
    "&amp;lt;",
    "&", "&#x3c;", "&quot;", "· · ·",
  ]

  private static let invisible = [
    "user\u{202E}nimda", "\u{2066}x\u{2069}", "\u{200F}", "zero\u{200B}width", "\u{FEFF}mark",
    "null\u{0}byte", "<scr\u{0}ipt>alert(1)</script>", "\u{1B}[31mred\u{1B}]0;title\u{7}", "\u{7F}",
    "\u{85}\u{9B}31m", "line\u{2028}and\u{2029}paragraph", "carriage\rreturn", "form\u{C}feed",
    "tag\u{E0041}s", "\u{8}\u{8}\u{8}erased",
  ]

  /// What comes of bytes that are no UTF-8.
  private static let malformed = [
    String(decoding: [0x3C, 0xFF, 0x73, 0xC0, 0xBC, 0x3E] as [UInt8], as: UTF8.self),
    String(decoding: [0xED, 0xA0, 0x80, 0x22, 0xE2, 0x80] as [UInt8], as: UTF8.self),
    "\u{FFFD}\u{FFFF}", "<\u{301}script>", "\"\u{301}onclick=\"", "＜script＞alert(1)＜/script＞",
    "e\u{301}\u{301}\u{301}\u{301}", "👩‍👩‍👧<b>",
  ]

  private static let fragments = [
    "", " ", "\n", "\n\n\n", "^", "~", "    ^~~", "1 | <b>\n  | ^~~", "> 7 | <script>", " | |- <b>",
    "99999999999999999999 | x", "/", "//", ":", "....//....//etc/passwd", "a\tb",
  ]
}

extension String {
  /// The same without what means something in HTML or in a URL's scheme, and is shown as something
  /// else: what else decides about a page's structure (lines, backticks, gutters) stays.
  var harmless: String {
    String(
      String.UnicodeScalarView(
        unicodeScalars.map { scalar in
          switch scalar {
          case "<", ">", "&", "\"", "'": "x"
          default: scalar
          }
        }
      )
    )
  }
}
