// Which Host headers are answered: names that others control are not.

import Testing
import ToolKit

struct HostRuleTests {
  private let closed = HostRule(port: 8137, openHost: nil)
  private let open = HostRule(port: 8137, openHost: "Server.Example")

  @Test(arguments: [
    "localhost:8137", "LOCALHOST:8137", "127.0.0.1:8137", "127.1.2.3:8137", "[::1]:8137",
  ])
  func thisMachine(_ header: String) {
    #expect(closed.allows(header) && open.allows(header))
  }

  @Test(
    arguments: [
      nil, "", ":8137", "evil.example:8137", "localhost", "localhost:8138", "localhost:",
      "localhost:x",
      "localhost:8137:8137", "127.0.0.1.evil.example:8137", "localhost.evil.example:8137",
      "1270.0.0.1:8137", "127.0.0:8137", "user@localhost:8137", "localhost:８１３７", "[::1:8137",
      "[]:8137",
      "local host:8137", "localhost:99999999999999999999",
    ] as [String?])
  func others(_ header: String?) {
    #expect(!closed.allows(header) && !open.allows(header))
  }

  @Test func anOpenServerAnswersToItsNameAndToNumbers() {
    #expect(open.allows("server.example:8137") && open.allows("SERVER.EXAMPLE:8137"))
    #expect(open.allows("192.0.2.7:8137") && open.allows("[2001:db8::1]:8137"))
    #expect(!open.allows("other.example:8137") && !open.allows("server.example:80"))
    #expect(!closed.allows("192.0.2.7:8137") && !closed.allows("[2001:db8::1]:8137"))
  }

  @Test func aProxysNameHasAnyPort() {
    let rule = HostRule(port: 8137, openHost: nil, allowedHosts: ["Live.Example", "two.example"])
    #expect(rule.allows("live.example") && rule.allows("LIVE.example:443"))
    #expect(rule.allows("two.example:8137") && rule.allows("localhost:8137"))
    #expect(!rule.allows("sub.live.example") && !rule.allows("live.example.evil"))
    #expect(!rule.allows("192.0.2.7:8137") && !rule.allows("localhost:443") && !rule.allows(nil))
  }

  @Test func namesOfHosts() {
    for name in ["live.example", "Live", "a-b_c.d", "192.0.2.7", "[::1]"] {
      #expect(HostRule.isName(name), "\(name)")
    }
    for name in ["", "a:80", "a b", "http://a", "a/b", "é.example", "[]"] {
      #expect(!HostRule.isName(name), "\(name)")
    }
  }

  @Test func portEightyNeedNotBeNamed() {
    let rule = HostRule(port: 80, openHost: nil)
    #expect(rule.allows("localhost") && rule.allows("localhost:80") && rule.allows("[::1]"))
    #expect(!rule.allows("localhost:8137"))
  }
}
