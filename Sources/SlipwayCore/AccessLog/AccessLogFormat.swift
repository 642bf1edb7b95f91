/// What a line of the access log says: a format string in the language of Apache's mod_log_config,
/// compiled once into a list of parts.
///
/// A directive is `%`, perhaps a condition on the status (`400,501` or `!200,304`), perhaps `<` or
/// `>`, perhaps an argument in braces, and a letter. Between directives, `\"`, `\\`, `\n` and `\t`
/// stand for what they stand for there.
///
/// | directive | value |
/// | --- | --- |
/// | `%h` `%a` | the client's address |
/// | `%l` `%u` | `-`: there is neither identd nor a login |
/// | `%t` | when the request had come: `[31/Jan/2026:17:05:09 +0100]` |
/// | `%{FORMAT}t` | the same by strftime(3); `sec`, `msec`, `usec`, `msec_frac`, `usec_frac`; `begin:` or `end:` before it |
/// | `%r` | the request line |
/// | `%s` `%>s` | the status, `-` if there was none |
/// | `%b` `%B` | bytes of the response's body; `%b` writes none as `-` |
/// | `%D` `%T` `%{ms}T` | how long it took, in µs, s, or by unit (`us`, `ms`, `s`) |
/// | `%m` `%U` `%q` `%H` | method, path, query with its `?`, protocol |
/// | `%v` `%V` | the host asked for, without its port |
/// | `%p` `%{remote}p` | the port of the server, of the client |
/// | `%{Name}i` `%{Name}o` `%{Name}C` | a field of the request, of the response, a cookie |
/// | `%L` | the request id |
/// | `%X` `%k` | `X` cut, `+` kept alive, `-` closed; requests before it on the connection |
/// | `%P` | the process id |
/// | `%{mount}x` `%{held}x` | the mount; how long the request was held, in µs |
/// | `%%` | a percent sign |
package struct AccessLogFormat: Sendable, Equatable {
  /// NCSA's Common Log Format.
  package static let common = "%h %l %u %t \"%r\" %>s %b"

  /// Common with the two fields that tell where visitors came from and with what.
  package static let combined = common + " \"%{Referer}i\" \"%{User-Agent}i\""

  /// What the compiler of formats cannot make sense of.
  package struct Invalid: Error, Equatable {
    /// Counted in characters from 1.
    package var column: Int
    /// A sentence that names the directive.
    package var message: String
  }

  enum Part: Sendable, Equatable {
    case literal([UInt8])
    case value(Value, when: Condition?)
  }

  /// On which statuses a value is shown; `-` stands for it on others.
  struct Condition: Sendable, Equatable {
    var statuses: [Int]
    var isNegated: Bool

    func holds(for status: Int?) -> Bool {
      (status.map(statuses.contains) ?? false) != isNegated
    }
  }

  enum Value: Sendable, Equatable {
    case clientAddress, clientPort, serverPort, absent
    case time(Time, isEnd: Bool)
    case requestLine, status, bytes, bytesOrDash
    case took(Unit), held
    case method, path, query, protocolName, serverName
    case requestField(Int), responseField(Int)
    case cookie(String, field: Int)
    case requestID, connectionStatus, precursors, processID, mount
  }

  enum Time: Sendable, Equatable {
    case common
    case formatted(String)
    case seconds, milliseconds, microseconds, millisecondFraction, microsecondFraction
  }

  enum Unit: Int, Sendable {
    case microseconds = 1
    case milliseconds = 1000
    case seconds = 1_000_000
  }

  let parts: [Part]

  /// What has to be captured of each exchange; nil if its record says all.
  package let capture: ExchangeCapture?

  /// Compiles a format, or one of the names `common` and `combined`.
  package init(parsing text: String) throws(Invalid) {
    let format =
      switch text {
      case "common": Self.common
      case "combined": Self.combined
      default: text
      }
    var compiler = AccessLogCompiler(format)
    parts = try compiler.compile()
    capture = compiler.needsCapture ? compiler.capture : nil
  }
}
