// swift-tools-version: 6.0
import PackageDescription

let package = Package(
  name: "server",
  targets: [.executableTarget(name: "server")])
