import ArgumentParser
import Hummingbird
import LiveReader

@main
struct Swiftmallocctl: AsyncParsableCommand {
  func run() async throws { print(PackageResources.page_html.count) }
}
