// swift-tools-version: 6.2
// For executables in Swift that bring the allocator of their process along: whoever depends on the product has it. Scripts/build.sh
// archive puts the archive and its headers beside this file, in swiftmalloc.artifactbundle.

import PackageDescription

let package = Package(
  name: "SwiftMallocProcess",
  products: [
    .library(name: "SwiftMallocProcess", targets: ["SwiftMallocProcess"])
  ],
  targets: [
    .binaryTarget(name: "swiftmalloc", path: "swiftmalloc.artifactbundle"),
    .target(name: "CSwiftMallocProcess", dependencies: ["swiftmalloc"]),
    .target(
      name: "SwiftMallocProcess", dependencies: ["CSwiftMallocProcess"],
      swiftSettings: [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)]),
  ]
)
