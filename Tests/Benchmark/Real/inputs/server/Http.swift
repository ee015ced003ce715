/// A request as it came over the wire.
struct Request {
  var method: String
  var path: String
  var query: [String: String]
  var headers: [String: String]
  var body: ArraySlice<UInt8>

  /// Takes one whole request off the front of `buffer`; nil while there is none.
  static func take(from buffer: inout [UInt8]) -> Request? {
    guard let end = headEnd(buffer) else { return nil }
    let head = String(decoding: buffer[..<end], as: UTF8.self)
    var lines = head.split(separator: "\r\n", omittingEmptySubsequences: true).makeIterator()
    let first = (lines.next() ?? "").split(separator: " ")
    guard first.count == 3 else { return nil }
    var headers: [String: String] = [:]
    while let line = lines.next() {
      guard let colon = line.firstIndex(of: ":") else { continue }
      headers[line[..<colon].lowercased()] = String(
        line[line.index(after: colon)...].drop { $0 == " " })
    }
    let length = headers["content-length"].flatMap { Int($0) } ?? 0
    guard buffer.count >= end + 4 + length else { return nil }
    let target = first[1].split(separator: "?", maxSplits: 1)
    var query: [String: String] = [:]
    for pair in (target.count > 1 ? target[1] : "").split(separator: "&") {
      let sides = pair.split(separator: "=", maxSplits: 1)
      query[String(sides[0])] = sides.count > 1 ? String(sides[1]) : ""
    }
    let body = Array(buffer[(end + 4)..<(end + 4 + length)])
    buffer.removeFirst(end + 4 + length)
    return Request(
      method: String(first[0]), path: String(target.first ?? "/"), query: query, headers: headers,
      body: body[...])
  }

  /// Where the empty line after the headers begins.
  private static func headEnd(_ buffer: [UInt8]) -> Int? {
    guard buffer.count >= 4 else { return nil }
    for n in 0...(buffer.count - 4)
    where buffer[n] == 13 && buffer[n + 1] == 10 && buffer[n + 2] == 13 && buffer[n + 3] == 10 {
      return n
    }
    return nil
  }
}

struct Response {
  var status: Int
  var headers: [String: String] = ["Server": "benchmark", "Content-Type": "application/json"]
  var body: Json

  var bytes: [UInt8] {
    var text = ""
    body.write(to: &text)
    var head = "HTTP/1.1 \(status) \(status < 300 ? "OK" : "Not Found")\r\n"
    for (name, value) in headers { head += "\(name): \(value)\r\n" }
    head += "Content-Length: \(text.utf8.count)\r\n\r\n"
    return Array(head.utf8) + Array(text.utf8)
  }
}
