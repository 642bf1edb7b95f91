/// Requests that try to get out of `public`, which stands beside `outside` and inside a directory
/// with `public-not`, or at what is secret in it.
enum TraversalCorpus {
  /// `..`, as somebody might write it.
  private static let ups = [
    "..", "%2e%2e", ".%2e", "%2e.", "%2E%2E", "%252e%252e", "%25252e%25252e", "..%00", "..%20",
    "%c0%ae%c0%ae", "%c0%2e%c0%2e", "%e0%80%ae%e0%80%ae", "%f0%80%80%ae%f0%80%80%ae",
    "%u002e%u002e", "%uff0e%uff0e", "%ef%bc%8e%ef%bc%8e", "..;", "..;a=b", "%2e%2e;", "...",
    "....", ". .", "%2e%2e%00", "..%09", "%00..", ".%00.", "..%c0%80",
  ]

  /// `/`, likewise.
  private static let slashes = [
    "/", "//", "%2f", "%2F", "%252f", "%5c", "%255c", "\\", "%c0%af", "%e0%80%af", "%ef%bc%8f",
    ";/",
    "/./", "%2f%2f",
  ]

  private static let climbs = ups.flatMap { up in
    slashes.map { slash in "/static/\(up)\(slash)outside\(slash)secret.txt" }
  }

  private static let deepClimbs = ups.flatMap { up in
    [
      "/static/" + Array(repeating: up, count: 12).joined(separator: "/") + "/etc/passwd",
      "/static/a/\(up)/\(up)/outside/secret.txt",
      "/static/a/b/\(up)/\(up)/\(up)/outside/secret.txt",
      "/\(up)/outside/secret.txt", "/\(up)/static/\(up)/outside/secret.txt",
      "/static\(up)/outside/secret.txt", "/static/\(up)", "/static/\(up)/", "/static/a\(up)/x",
    ]
  }

  /// Prefixes that look like the mount, absolute paths, drive letters, odd targets.
  private static let oddities = [
    "/static-not/secret.txt", "/staticoutside/secret.txt",
    "/static/../static/../outside/secret.txt",
    "/static/%2fetc/passwd", "/static//etc/passwd", "/static///etc/passwd", "/static/etc/passwd",
    "/static/%2e%2e%2f%2e%2e%2fetc%2fpasswd", "/static/..%2f..%2f..%2fetc%2fpasswd",
    "/static/..%5c..%5c..%5cetc%5cpasswd", "/static/C:/outside/secret.txt", "/static/C:\\x",
    "/static/file:///etc/passwd", "/static/file:%2f%2f%2fetc%2fpasswd", "/static/~root/.profile",
    "/static/~/secret.txt", "/static/$HOME/secret.txt", "/static/%24%7BHOME%7D/secret.txt",
    "/static/hello.txt/../../outside/secret.txt", "/static/hello.txt/..%2f..%2foutside/secret.txt",
    "/static/hello.txt%00/../../outside/secret.txt", "/static/hello.txt%00.html",
    "/static/%00", "/static/%", "/static/%2", "/static/%zz", "/static/%2e%2", "/static/..%",
    "/static/hello.txt#/../../outside/secret.txt", "/static/?/../../outside/secret.txt&x",
    "/static/hello.txt;/../../../outside/secret.txt", "/static/%3b/../../outside/secret.txt",
    "http://localhost/static/../outside/secret.txt", "http://localhost/outside/secret.txt",
    "http://localhost/static/%2e%2e/outside/secret.txt", "http://localhost/../outside/secret.txt",
    "http://localhost/static/..%2foutside%2fsecret.txt", "HTTP://LOCALHOST/static/%2e%2e/outside",
    "http://localhost@/static/../outside/secret.txt", "http:///outside/secret.txt",
    "file:///etc/passwd", "//localhost/../outside/secret.txt", "static/../outside/secret.txt",
    "../outside/secret.txt", "*", "", "/static/\u{7F}", "/static/\t../outside/secret.txt",
    "/static/proc/self/environ", "/static/proc/self/root/etc/passwd", "/static/dev/stdin",
    "/static/self/root/etc/passwd", "/static/fd/0",
  ]

  /// Through what has been linked inside; see `TraversalCorpusTests.links`.
  private static let links = [
    "/static/to-file", "/static/to-directory/secret.txt", "/static/to-directory",
    "/static/to-directory/",
    "/static/to-parent/outside/secret.txt", "/static/to-parent", "/static/to-parent/",
    "/static/to-parent/public/../outside/secret.txt", "/static/absolute",
    "/static/absolute/secret.txt",
    "/static/to-root/etc/passwd", "/static/to-root", "/static/to-passwd", "/static/chain",
    "/static/chain/secret.txt", "/static/chain-2", "/static/chain-3/secret.txt", "/static/a/up-two",
    "/static/a/up-two/outside/secret.txt", "/static/around", "/static/in-and-out/secret.txt",
    "/static/proc/environ", "/static/proc/root/etc/passwd", "/static/proc/cwd", "/static/proc/fd/0",
    "/static/dev-zero", "/static/dev-tty", "/static/loop", "/static/loop/x", "/static/long-loop",
    "/static/to-dots", "/static/to-dots/config", "/static/to-env", "/static/to-key",
    "/static/hop/.env",
    "/static/a/to-env", "/static/fifo", "/static/to-fifo",
  ]

  /// What is inside and not for clients.
  private static let secrets = [
    "/static/.env", "/static/.ENV", "/static/%2eenv", "/static/%2Eenv", "/static//.env",
    "/static/./.env",
    "/static/a/../.env", "/static/.env/", "/static/.env%00", "/static/.env;", "/static/.env%20",
    "/static/.env.", "/static/.env::$DATA", "/static/.git/config", "/static/.git%2fconfig",
    "/static/%2egit/config", "/static/.git/", "/static/.git", "/static/.GIT/config",
    "/static/a/.hidden",
    "/static/server.key", "/static/server%2ekey", "/static/server.KEY", "/static/server.key/",
    "/static/server.key%00", "/static/server.key~", "/static/id_rsa", "/static/id%5frsa",
    "/static/.env.gz", "/static/.env.br", "/static/tls/cert.pem", "/static/.ssh/known_hosts",
  ]

  static let targets = climbs + deepClimbs + oddities + links + secrets
}
