extension Chromium {
  /// What a page has become after it was loaded and its scripts have run, as HTML; what went wrong, if
  /// it was not to be had.
  package static func document(at url: String, profile directory: ScratchDirectory) throws -> String
  {
    // It writes what it thinks of the machine onto standard error.
    let script = """
      exec timeout 60 /usr/bin/chromium --headless --user-data-dir="$1" --no-sandbox \
        --disable-dev-shm-usage --disable-gpu --no-first-run --disable-background-networking \
        --dump-dom "$2" 2>"$1/log"
      """
    return try CommandRun(["/bin/sh", "-c", script, "sh", directory.path, url]).text
  }
}
