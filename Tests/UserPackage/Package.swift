// swift-tools-version: 6.2
// A package of somebody who uses the debug heap and heaps of his own from Swift.

import PackageDescription

let package = Package(
  name: "UserPackage",
  dependencies: [.package(name: "swiftmalloc", path: "../..")],
  targets: [
    .executableTarget(
      name: "UserProgram",
      dependencies: [.product(name: "SwiftMallocDebug", package: "swiftmalloc")],
      swiftSettings: [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)]),
    .executableTarget(
      name: "HeapProgram",
      dependencies: [.product(name: "SwiftMalloc", package: "swiftmalloc")],
      swiftSettings: [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)]),
  ]
)
