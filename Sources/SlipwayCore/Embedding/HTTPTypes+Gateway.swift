import HTTPTypes

// Between the gateway's values and those of swift-http-types.

extension Request {
  /// Method, scheme, authority, the whole path with its query, and the fields.
  var head: HTTPRequest {
    let whole = PercentEncoding.encode(path: mountPrefix) + path
    let start = whole.isEmpty ? "/" : whole
    return HTTPRequest(
      // The gateway passes nothing on that is not a token.
      method: HTTPRequest.Method(method) ?? .get,
      scheme: scheme,
      authority: authority.isEmpty ? nil : authority,
      path: query.isEmpty ? start : "\(start)?\(query)",
      headerFields: HTTPFields(fields)
    )
  }
}

extension HTTPFields {
  init(_ lines: some Collection<(name: String, value: String)>) {
    self.init()
    reserveCapacity(lines.count)
    for (name, value) in lines {
      if let name = HTTPField.Name(name) { append(HTTPField(name: name, value: value)) }
    }
  }
}

extension FieldSection {
  init(_ fields: HTTPFields) {
    self.init()
    for field in fields { add(name: field.name.rawName, value: field.value) }
  }
}
