// swift-tools-version: 6.2
// The command-line tool and the live page: a package of its own, so that whoever builds or tests the library
// fetches nothing. Of the library it knows two C headers (Sources/CLive).
//
//   CLive ← LiveReader ← ToolKit ← swiftmallocctl        Tuning ← swiftmallocctl
//
// The unit tests need nothing that is fetched, either: `--test-product swiftmallocctlPackageTests` compiles only
// what they import.

import PackageDescription

let swift: [SwiftSetting] = [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)]

let package = Package(
  name: "swiftmallocctl",
  products: [.executable(name: "swiftmallocctl", targets: ["swiftmallocctl"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(
      url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0", traits: []),
    .package(url: "https://github.com/apple/swift-log", from: "1.14.0"),
    // Hummingbird's own: for what it does not offer itself.
    .package(url: "https://github.com/apple/swift-nio.git", from: "2.86.0"),
    .package(url: "https://github.com/apple/swift-nio-extras.git", from: "1.29.0"),
  ],
  targets: [
    .systemLibrary(name: "CLive"),
    // What a process published.
    .target(name: "LiveReader", dependencies: ["CLive"], swiftSettings: swift),
    // What needs no package: text for people, ELF files, lines of reports, the rule for hosts.
    .target(name: "ToolKit", dependencies: ["LiveReader"], swiftSettings: swift),
    // Size classes by measurement: knows neither processes nor files.
    .target(name: "Tuning", swiftSettings: swift),
    .executableTarget(
      name: "swiftmallocctl",
      dependencies: [
        "LiveReader", "ToolKit", "Tuning",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "HummingbirdCore", package: "hummingbird"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
      ],
      resources: [.embedInCode("Page/page.html")], swiftSettings: swift),

    // Unit tests: what they share, and a test target for each library.
    .target(
      name: "TestLiveFiles", dependencies: ["CLive", "LiveReader"], path: "Tests/TestLiveFiles",
      swiftSettings: swift),
    .testTarget(
      name: "LiveReaderTests", dependencies: ["CLive", "LiveReader", "TestLiveFiles"],
      swiftSettings: swift),
    .testTarget(name: "TuningTests", dependencies: ["Tuning"], swiftSettings: swift),
    .testTarget(
      name: "ToolKitTests", dependencies: ["CLive", "LiveReader", "TestLiveFiles", "ToolKit"],
      swiftSettings: swift),
  ]
)
