// Which Host headers are answered. A page of another site can make its own name point to 127.0.0.1 and then read what we
// answer as if it were its own (DNS rebinding); its requests say that name. So the header must name
//
//   a server on loopback     localhost, 127.0.0.0/8 or [::1], with our port
//   a server for others      also an address in numbers, or the very name given by --host: no name that others control
//   any                      also a name given by --allow-host, with any port: that of a proxy in front of the server
//
// Requests without the header come from no browser, and are refused as well.

/// Decides by the Host header.
package struct HostRule: Sendable {
  package let port: Int
  /// What --host was given, if others may connect.
  package let openHost: String?

  private let allowedHosts: Set<String>

  /// - Parameter allowedHosts: further names, each with any port.
  package init(port: Int, openHost: String?, allowedHosts: [String] = []) {
    self.port = port
    self.openHost = openHost
    self.allowedHosts = Set(allowedHosts.map { $0.lowercased() })
  }

  /// Whether this can be the name of a host: without a port.
  package static func isName(_ text: String) -> Bool {
    guard let (host, port) = split(text.lowercased()) else { return false }
    return port == nil && host == text.lowercased()
  }

  /// Whether a request with this header is answered.
  package func allows(_ header: String?) -> Bool {
    guard let header, let (host, port) = HostRule.split(header.lowercased()) else { return false }
    if allowedHosts.contains(host) { return true }
    guard (port ?? 80) == self.port else { return false }
    if HostRule.isLoopback(host) { return true }
    guard let openHost else { return false }
    return host == openHost.lowercased() || HostRule.numbers(host) != nil || host.hasPrefix("[")
  }

  /// Whether a host means this machine alone.
  package static func isLoopback(_ host: String) -> Bool {
    if host == "localhost" || host == "[::1]" || host == "::1" { return true }
    return numbers(host)?.first == 127
  }

  /// The four numbers of an IPv4 address.
  private static func numbers(_ host: String) -> [UInt8]? {
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    let numbers = parts.compactMap { $0.allSatisfy(\.isASCIIDigit) ? UInt8($0) : nil }
    return parts.count == 4 && numbers.count == 4 ? numbers : nil
  }

  /// The host and the port of "host", "host:port", "[address]:port"; nil for anything else.
  private static func split(_ header: String) -> (host: String, port: Int?)? {
    var host = header[...]
    var port: Int?
    let bracket = header.lastIndex(of: "]")
    if let colon = header.lastIndex(of: ":"), bracket == nil || bracket! < colon {
      let digits = header[header.index(after: colon)...]
      guard !digits.isEmpty, digits.allSatisfy(\.isASCIIDigit), let number = Int(digits) else {
        return nil
      }
      port = number
      host = header[..<colon]
    }
    let isAddress = host.hasPrefix("[") && host.hasSuffix("]")
    let inside = isAddress ? host.dropFirst().dropLast() : host
    let allowed: (Character) -> Bool = {
      $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "." || $0 == "-" || $0 == "_")
        || isAddress && $0 == ":"
    }
    guard !inside.isEmpty, inside.allSatisfy(allowed) else { return nil }
    return (String(host), port)
  }
}

extension Character {
  fileprivate var isASCIIDigit: Bool { isASCII && isNumber }
}
