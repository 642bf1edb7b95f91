import CSlipwayPython

/// The functions that Python code calls, as the table of python.h. Each finds its exchange by number:
/// an application may keep wsgi.input for as long as it likes.
enum HostTable {
  /// Made once, and never freed: the interpreter lives as long as the process image.
  nonisolated(unsafe) static let pointer: UnsafeMutablePointer<slipway_python_host> = {
    let table = UnsafeMutablePointer<slipway_python_host>.allocate(capacity: 1)
    unsafe table.initialize(
      to: slipway_python_host(
        read: { number, buffer, capacity, least in
          guard let exchange = WSGIExchange.find(number), let buffer = unsafe buffer else {
            return -1
          }
          return unsafe exchange.read(
            into: UnsafeMutableRawBufferPointer(start: buffer, count: capacity),
            atLeast: least
          )
        },
        respond: { number, status, fields, fieldsSize, body, bodySize in
          unsafe WSGIExchange.find(number)?
            .respond(
              Int(status),
              fields: UnsafeRawBufferPointer(start: fields, count: fieldsSize),
              body: UnsafeRawBufferPointer(start: body, count: bodySize)
            )
        },
        start: { number, status, fields, fieldsSize in
          unsafe WSGIExchange.find(number)?
            .start(Int(status), fields: UnsafeRawBufferPointer(start: fields, count: fieldsSize))
        },
        write: { number, bytes, size in
          guard let exchange = WSGIExchange.find(number) else { return 0 }
          return switch unsafe exchange.write(UnsafeRawBufferPointer(start: bytes, count: size)) {
          case .seen: 1
          case .ahead: -1
          case .gone: 0
          }
        },
        drain: { number in WSGIExchange.find(number)?.drain() ?? false ? 1 : 0 },
        send_file: { number, descriptor, offset, count in
          guard let exchange = WSGIExchange.find(number) else { return 0 }
          return exchange.send(file: descriptor, from: Int(offset), count: Int(count)) ? 1 : 0
        },
        finish: { number in WSGIExchange.find(number)?.finish() },
        fail: { number, report, size in
          unsafe WSGIExchange.find(number)?
            .fail(Array(UnsafeRawBufferPointer(start: report, count: size)))
        },
        imported: { number in PythonProcess.runtime(number)?.imported() }
      )
    )
    return unsafe table
  }()
}
