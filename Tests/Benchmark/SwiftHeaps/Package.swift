// swift-tools-version: 6.2
// The workloads of ../heaps.c over the heaps of the product SwiftMalloc.

import PackageDescription

let package = Package(
  name: "SwiftHeaps",
  dependencies: [.package(name: "swiftmalloc", path: "../../..")],
  targets: [
    .executableTarget(
      name: "SwiftHeaps", dependencies: [.product(name: "SwiftMalloc", package: "swiftmalloc")],
      swiftSettings: [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)])
  ]
)
