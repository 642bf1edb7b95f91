/// An interpreter as C has it.
@safe struct InterpreterPointer: @unchecked Sendable {
  // Unchecked: it is never freed, and whoever looks behind it takes the interpreter's GIL first.
  let value: OpaquePointer
}
