import NIOCore
import NIOHTTP1

// Requests for the server's own pages.
extension ConnectionHandler {
  func dispatchInternally(_ head: RequestHead, path: String, query: String) {
    let isForeign = CrossSiteRule.refuses(
      method: head.method,
      fields: head.fields,
      scheme: scheme,
      authority: Authority(head.authority)
    )
    let application: any Application =
      isForeign ? FixedAnswer.page(.crossSite) : gateway.internalPages.application(for: path)
    let request = HeldRequest(
      head: head,
      mount: InternalPages.mount,
      path: path,
      query: query,
      since: .now()
    )
    dispatch(head, request, to: application)
  }
}
