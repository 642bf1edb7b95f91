// What is forbidden elsewhere is what this is for.
// swift-format-ignore-file: NeverForceUnwrap, NeverUseForceTry

import CDeaths
import Glibc

/// The ways in which an application can take the process with it, by name.
let deaths: [String: @Sendable () -> Void] = [
  // Swift's own checks.
  "nil": {
    let missing: String? = none()
    print(missing!)
  },
  "index": { print(numbers()[10]) },
  "negative-index": { print(numbers()[-1]) },
  "overflow": { print(numbers()[0] + Int.max) },
  "conversion": { print(Int8(numbers()[0] + 300)) },
  "division": { print(1 / (numbers()[0] - 1)) },
  "shift-range": { print(numbers()[2]..<numbers()[0]) },
  "precondition": { precondition(numbers().isEmpty, "the list has to be empty") },
  "assertion": { assert(numbers().isEmpty, "the list should be empty") },
  "fatal-error": { fatalError("the harbour is closed") },
  "cast": { print((numbers() as Any) as! String) },
  "duplicate-key": { print(Dictionary(uniqueKeysWithValues: [("a", 1), ("a", 2)])) },
  "string-index": { print("abc"["abc".index(after: "abc".endIndex)]) },
  "unowned": {
    let holder = Holder()
    print(holder.owner.name)
  },
  "exclusivity": { Exclusive.shared.change { Exclusive.shared.value += $0 } },
  "deinit": { _ = Doomed() },
  "try": { try! fail() },

  // Elsewhere than in the handler.
  "stack-overflow": { print(descend(1)) },
  "detached-task": {
    Task.detached { fatalError("in a task of its own") }
    while true { sleep(1) }
  },
  "thread": { onThread { fatalError("in a thread of its own") } },
  "thread-stack-overflow": { onThread { print(descend(1)) } },
  "twice-at-once": {
    for _ in 0..<2 { onThread { death_null_read() } }
    while true { sleep(1) }
  },

  // Of other languages.
  "null-read": { death_null_read() },
  "null-call": { death_null_call() },
  "read-only-write": { death_read_only_write() },
  "bus": { death_bus() },
  "c-division": { death_division() },
  "c-stack-overflow": { death_stack_overflow() },
  "double-free": { death_double_free() },
  "heap-overflow": { death_heap_overflow() },
  "stack-smashing": { death_stack_smashing() },
  "abort": { death_abort() },
  "c-assert": { death_assert() },
  "illegal-instruction": { death_illegal_instruction() },
  "breakpoint": { death_breakpoint() },
  "cxx-exception": { death_cxx_exception() },
  "bad-alloc": { death_bad_alloc() },
  "exit": { exit(3) },
  "exit-elsewhere": { onThread { exit(4) } },
  "sent-signal": { raise(SIGSEGV) },
]

// What the compiler must not see through.
@inline(never) func none() -> String? { numbers().isEmpty ? "" : nil }
@inline(never) func numbers() -> [Int] { [1, 2, Int(getpid() > 0 ? 3 : 4)] }
@inline(never) func descend(_ depth: Int) -> Int { depth + descend(depth + numbers()[0]) + 1 }

struct Failure: Error {}
func fail() throws { throw Failure() }

final class Owner { let name = "gone" }
final class Holder {
  unowned let owner: Owner
  init() { owner = Owner() }
}

final class Exclusive: @unchecked Sendable {
  static let shared = Exclusive()
  var value = 0
  func change(_ body: (inout Int) -> Void) { body(&value) }
}

final class Doomed {
  deinit { preconditionFailure("it goes down with the ship") }
}

/// Runs `body` on a thread of the operating system's, and never comes back.
func onThread(_ body: @escaping @Sendable () -> Void) {
  var thread = pthread_t()
  let start = Unmanaged.passRetained(Start(body: body))
  pthread_create(
    &thread,
    nil,
    { argument in
      Unmanaged<Start>.fromOpaque(argument!).takeRetainedValue().body()
      return nil
    },
    start.toOpaque()
  )
  while true { sleep(1) }
}

final class Start: Sendable {
  let body: @Sendable () -> Void
  init(body: @escaping @Sendable () -> Void) { self.body = body }
}
