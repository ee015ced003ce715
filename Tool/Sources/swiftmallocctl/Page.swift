// The page: embedded when the program is built. Its style and its script stand between lines that are just "<style>",
// "<script>" and their ends; each answer gives those tags a new random nonce, which the policy names. So no other script
// can run there, whatever a process calls itself. The flame graph and the types have files of their own, which take the place
// of the lines that name them.

import HummingbirdCore
import NIOCore

/// Makes the page's answers.
enum Page {
  /// The page in two pieces for each tag that gets a nonce.
  private static let pieces: [String] = {
    let text = { (bytes: [UInt8]) in String(decoding: bytes, as: UTF8.self) }
    let html = text(PackageResources.page_html)
      .replacing("/* <flame.css> */\n", with: text(PackageResources.flame_css))
      .replacing("// <flame.js>\n", with: text(PackageResources.flame_js))
      .replacing("/* <types.css> */\n", with: text(PackageResources.types_css))
      .replacing("// <types.js>\n", with: text(PackageResources.types_js))
    var pieces = [""]
    for line in html.split(separator: "\n", omittingEmptySubsequences: false) {
      if line == "<style>" || line == "<script>" {
        pieces[pieces.count - 1] += line.dropLast() + " nonce=\""
        pieces.append("\">\n")
      } else {
        pieces[pieces.count - 1] += line + "\n"
      }
    }
    return pieces
  }()

  /// The page, with a policy that lets it do no more than it needs.
  static func response() -> Response {
    var random = SystemRandomNumberGenerator()
    let nonce = (0..<2).map { _ in String(random.next() as UInt64, radix: 36) }.joined()
    var response = LiveServer.response(
      "text/html; charset=utf-8", ByteBuffer(string: pieces.joined(separator: nonce)))
    response.headers[.contentSecurityPolicy] =
      "default-src 'none'; script-src 'nonce-\(nonce)'; style-src 'nonce-\(nonce)'; connect-src 'self'; "
      + "img-src data:; require-trusted-types-for 'script'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    return response
  }
}
