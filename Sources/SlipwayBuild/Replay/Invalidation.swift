/// Which sources of one module have to be compiled because others have changed: the rule of the
/// compiler's driver, over the same graph.
///
/// A declaration that is new, gone or different in its fingerprint invalidates what uses it, and what
/// that declares in turn.
package struct Invalidation {
  private struct Place: Hashable {
    let source: String
    let key: ReferenceDependencies.Key
  }

  private let provided: Set<Place>
  private let users: [ReferenceDependencies.Key: [Place]]

  /// - Parameter graphs: what is known of each source of the module, by its path.
  package init(_ graphs: [String: ReferenceDependencies]) {
    var provided: Set<Place> = []
    var users: [ReferenceDependencies.Key: [Place]] = [:]
    for (source, graph) in graphs {
      for node in graph.nodes where node.isProvided {
        let place = Place(source: source, key: node.key)
        provided.insert(place)
        for use in node.uses { users[graph.nodes[use].key, default: []].append(place) }
      }
    }
    self.provided = provided
    self.users = users
  }

  /// The sources that depend on declarations which changed in `source`, itself among them if it uses
  /// them.
  package func sources(
    dependingOn changes: Set<ReferenceDependencies.Key>,
    in source: String
  ) -> Set<String> {
    var pending = changes.map { Place(source: source, key: $0) }
    var seen = Set(pending)
    var found: Set<String> = []
    while let place = pending.popLast() {
      var next = users[place.key] ?? []
      let implementation = Place(source: place.source, key: place.key.asImplementation)
      if provided.contains(implementation) { next.append(implementation) }
      for user in next where seen.insert(user).inserted {
        found.insert(user.source)
        pending.append(user)
      }
    }
    return found
  }
}
