/// Documents and fragments. In each the place for the script is marked by `‸`; one without a mark is
/// left as it is.
enum InjectionCorpus {
  /// What may stand in front of a head's end without ending it.
  private static let headParts: [String] = [
    "", "<title>x</title>", "<TITLE>a</head>b</TITLE>", "<meta charset=utf-8>",
    "<meta name='x' content='</head>'>", "<link rel=stylesheet href='/a>b.css'>", "<base href=/>",
    "<!-- </head> -->", "<!--a--!>", "<!-->", "<!--->",
    "<!-- <body> --!>", "<style>a::after { content: '</head><body>' }</style>",
    "<script>var a = '</head><body>'</script>", "<script>if (1 < 2) f()</script>",
    "<script><!-- <script> </script> --></script>", "<script><!-- </script>",
    "<script><!-- <script></script></head></script>", "<script>'<\\/script></head>'</script>",
    "<script src='/x' async defer></script>", "<noscript><style></head></style></noscript>",
    "<template><p>a</head><body></p></template>",
    "<template><template></template><b></b></template>", "\n\t \u{0C}", "</p>", "</title>", "</>",
    "<? php ?>", "<!bogus>", "<script >a</script >",
    "<script>a</script/>", "<title>a</titles></title>", "<meta data-x=\"<body>\" y='<body>'>",
    "<link/>", "<style></styl</style>", "<noframes><body></noframes>", "<html lang=de>",
  ]

  /// How a document begins, so that it is one.
  private static let beginnings: [String] = [
    "<!doctype html>", "<!DOCTYPE HTML>\n<html>\n<head>", "<HTML><HEAD>", "<html>",
    "<head profile=x>", "\u{FEFF}<!doctype html>", " \n<!-- c --><!doctype html><html lang='a>b'>",
  ]

  /// What ends a head, the place included.
  private static let ends: [String] = [
    "‸</head><body>x</body></html>", "‸</HEAD\n>x", "‸<body>", "‸<BODY class=a>x", "‸<p>x",
    "‸x", "‸é", "‸</body>", "‸</html>", "‸<br>", "‸<div></head></div>", "‸<x-a></x-a>", "‸<svg/>",
    "‸<frameset>", "‸</br>", "‸< p", "‸<averyveryverylongname>", "‸&amp;", "‸",
  ]

  static let documents: [String] = {
    var documents: [String] = []
    for beginning in beginnings { documents += ends.map { beginning + $0 } }
    for part in headParts {
      documents.append("<!doctype html>\(part)‸</head>x")
      documents.append("<html><head>\(part)\(part)‸<body></head>")
      documents += headParts.prefix(8).map { "<head>\(part)\($0)‸<p>" }
    }
    return documents
  }()

  /// No documents, or none that has a place.
  static let others: [String] =
    fragments
    + headParts.filter { !$0.hasPrefix("<html") }
    .map { $0 + "<p>a fragment</p>" }

  private static let fragments: [String] = [
    "", "text", "<", "</", "<!", "<p>", "<tr><td>1</td></tr>", "<li>a<li>b", "</head>", "<br>",
    "<div><head></head></div>", "<!-- <html> --><p>", "<title>x</title>", "x<!doctype html><html>",
    "<textarea><html><head></head></textarea>", "<svg><title>a</title></svg>", "{\"a\": 1}",
    "<!doctype html><!-- never ends </head><body>", "<html><script>never ends </head><body>",
    "<html><title>", "<html><meta content='never ends></head><body>", "<head", "<html><hea",
    "<html><template></head><body><p>", "\u{FFFE}", "é<html>", "\u{FEFF}", "\u{FEFF}<p>",
    "<html><head><meta name=slipway-live-reload content=off></head><body>",
    "<html><META CONTENT='OFF' NAME='Slipway-Live-Reload' /></head><body>",
    "<!doctype html><script><!-- <script> --", "<html><title></titl", "<html><style></style",
  ]
}
