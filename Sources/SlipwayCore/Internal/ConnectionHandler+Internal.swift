import NIOCore

// Requests for the server's own pages.
extension ConnectionHandler {
  func dispatchInternally(_ head: RequestHead, path: String, query: String) {
    let request = HeldRequest(
      head: head,
      mount: InternalPages.mount,
      path: path,
      query: query,
      since: .now()
    )
    let isForeign = CrossSiteRule.refuses(
      method: head.method,
      fields: head.fields,
      scheme: scheme,
      authority: Authority(head.authority)
    )
    if let page = isForeign ? .crossSite : sizeRefusal(of: request) {
      return dispatch(head, request, to: FixedAnswer.page(page))
    }
    dispatch(head, request, to: gateway.internalPages.application(for: path))
  }
}
