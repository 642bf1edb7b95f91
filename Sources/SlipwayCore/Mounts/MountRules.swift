/// What holds for every exchange of a mount, whatever is mounted.
package struct MountRules: Sendable, Hashable, Codable {
  /// Who may ask; nil for everybody.
  package var access: AccessRules?

  /// Added to each response; a field that the application sets itself is replaced, except
  /// Set-Cookie.
  package var responseFields: [Field] = []

  /// The methods that are let through; nil for all. GET implies HEAD.
  package var methods: [String]?

  /// Bytes that a request body may have; nil for the gateway's own limit.
  package var bodyLimit: Int?

  /// Whether pages of the mount are reloaded in the browser.
  package var reloadsLive = true

  package struct Field: Sendable, Hashable, Codable {
    package var name: String
    package var value: String

    package init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  package init() {}
}
