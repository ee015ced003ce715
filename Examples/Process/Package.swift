// swift-tools-version: 6.2
// A program that brings the allocator of its process along: the dependency is all that it takes. Scripts/build.sh archive makes
// the package that it depends on.

import PackageDescription

let package = Package(
  name: "ProcessExample",
  dependencies: [.package(path: "../../dist/SwiftMallocProcess")],
  targets: [
    .executableTarget(
      name: "ProcessExample",
      dependencies: [.product(name: "SwiftMallocProcess", package: "SwiftMallocProcess")],
      swiftSettings: [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)])
  ]
)
