/// How SwiftPM makes one product, command by command: what is needed to make it again after sources
/// have changed, without asking SwiftPM.
///
/// A plan is good for as long as nothing that it was made of changes but the sources it lists.
struct ReplayPlan: Codable, Sendable {
  /// Whose plan this is.
  struct Identity: Codable, Equatable, Sendable {
    /// Of this structure.
    var version = 3
    var toolchain: String
    /// A hash of the environment that the tools are started with.
    var environment: UInt64
    var request: BuildRequest
  }

  /// A Swift module of a package on this machine, as opposed to one that was fetched.
  struct Module: Codable, Sendable {
    var name: String

    /// Every source, in the order in which the compiler is to get them.
    var sources: [Source]

    /// Where the target's own sources lie: a file more or less there is a new plan.
    var directories: [String]

    /// The names of the files in `directories`, as far as they may matter.
    var listing: [String]

    /// The compiler, what comes before the sources and what comes after them.
    var compiler: String
    var leading: [String]
    var options: [String]

    /// The compiler's arguments for the module's interface, without those that say where to.
    var interface: [String]

    /// The names of the listed modules that this one can import.
    var dependencies: [String]

    /// SwiftPM's own: the module's interface, and the object that carries it for the debugger.
    var swiftmodule: String
    var wrapped: String?

    /// The arguments that wrap an interface, but for the paths.
    var target: String
  }

  struct Source: Codable, Sendable {
    var path: String

    /// SwiftPM's own: the object, and what is known of its declarations.
    var object: String
    var dependencies: String
  }

  /// A source of C, C++ or assembly of a package on this machine.
  struct ForeignSource: Codable, Sendable {
    var path: String
    var object: String
    var command: [String]
  }

  /// The linker's own command, as the compiler's driver would run it.
  struct Link: Codable, Sendable {
    var inputs: [String]

    /// The tool that lists the libraries which sources import; `autolinkFile` is where it writes to.
    var extract: [String]?

    /// What the compiler's driver runs to link.
    var clang: [String]

    /// The linker that takes the place of SwiftPM's; nil if that one links.
    var linker: String?

    /// What is run in turn.
    var command: [String]

    /// Where SwiftPM puts the library.
    var library: String

    static let autolinkFile = "<autolink>"
  }

  var identity: Identity

  /// Files that have to be as they were; nil for those that have to be missing.
  var fixed: [String: FileStamp?]

  /// Sources of targets that the product has nothing of: SwiftPM would not look at them either.
  var unrelated: Set<String>

  /// A module comes after those that it can import.
  var modules: [Module]
  var foreignSources: [ForeignSource]
  var link: Link
}
