import Glibc

/// Standard input, output and error: descriptors 0, 1 and 2.
package enum StandardDescriptors {
  /// Opens /dev/null in place of each that is closed, so that nothing else gets its number: whatever
  /// is printed would go there.
  ///
  /// To be called before anything is opened.
  package static func open() {
    while true {
      let descriptor = unsafe Glibc.open("/dev/null", O_RDWR)
      if descriptor <= STDERR_FILENO, descriptor >= 0 { continue }
      if descriptor >= 0 { close(descriptor) }
      return
    }
  }
}
