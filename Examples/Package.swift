// swift-tools-version: 6.2
// The examples in Swift. Those in C and C++ lie beside them; run.sh builds and runs all.

import PackageDescription

let package = Package(
  name: "Examples",
  dependencies: [.package(name: "swiftmalloc", path: "..")],
  targets: ["RequestArena", "FrameHeap", "UntrustedInput", "LocalHeap", "HugePages", "ThreadHeaps"]
    .map {
      .executableTarget(
        name: $0, dependencies: [.product(name: "SwiftMalloc", package: "swiftmalloc")],
        swiftSettings: [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)])
    }
)
