// swift-tools-version: 6.2
// The command-line tool and the live page: a package of its own, so that whoever builds or tests the library
// fetches nothing. Of the library it knows two C headers (Sources/CLive), and shares its reader of Rust's names.
//
//   CLive ← LiveReader ← ToolKit ← swiftmallocctl        Symbols, Tuning ← swiftmallocctl
//   CZlib ← Wire ← ProfileFiles ←        Targets, Wire ← HeapGraph ←
//        Symbols, Targets, ToolKit ← HeapTypes, HeapReader, HeapGraph ← HeapLook ←
//                                   CLive, Targets ← HeapReader ←
//
// The unit tests need nothing that is fetched, either: `--test-product swiftmallocctlPackageTests` compiles only
// what they import.

import PackageDescription

let swift: [SwiftSetting] = [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)]

let package = Package(
  name: "swiftmallocctl",
  products: [.executable(name: "swiftmallocctl", targets: ["swiftmallocctl"])],
  dependencies: [
    .package(name: "swiftmalloc", path: ".."),
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
    .target(
      name: "ToolKit", dependencies: ["CLive", "HeapGraph", "LiveReader", "ProfileFiles"],
      swiftSettings: swift),
    // The memory of other processes.
    .target(name: "Targets", dependencies: ["CLive"], swiftSettings: swift),
    // Blocks, their types, and who holds them: tables and questions, and a file of them.
    .target(name: "HeapGraph", dependencies: ["Targets", "Wire"], swiftSettings: swift),
    // What lies in another process' heap: types of blocks by their first words.
    .target(
      name: "HeapTypes", dependencies: ["Symbols", "Targets", "ToolKit"], swiftSettings: swift),
    // The live blocks of a process that has the library, by its memory alone.
    .target(name: "HeapReader", dependencies: ["CLive", "Targets"], swiftSettings: swift),
    // One look at the heap of a process: all of these together.
    .target(
      name: "HeapLook", dependencies: ["HeapGraph", "HeapReader", "HeapTypes", "Targets"],
      swiftSettings: swift),
    // Size classes by measurement: knows neither processes nor files.
    .target(name: "Tuning", swiftSettings: swift),
    // Protocol buffers and gzip. zlib is in the program itself: the tool is one file.
    .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
    .target(
      name: "Wire", dependencies: ["CZlib"], swiftSettings: swift,
      linkerSettings: [.unsafeFlags(["-Xlinker", "-l:libz.a"])]),
    // pprof's profiles: reading, writing, tables.
    .target(name: "ProfileFiles", dependencies: ["Wire"], swiftSettings: swift),
    // Names of Swift, C++ and Rust for people.
    .target(
      name: "Symbols", dependencies: [.product(name: "RustNames", package: "swiftmalloc")],
      swiftSettings: swift, linkerSettings: [.linkedLibrary("stdc++")]),
    .executableTarget(
      name: "swiftmallocctl",
      dependencies: [
        "CLive", "HeapGraph", "HeapLook", "HeapReader", "LiveReader", "ProfileFiles", "Symbols",
        "Targets", "ToolKit", "Tuning", "Wire",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "HummingbirdCore", package: "hummingbird"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
      ],
      resources: [
        .embedInCode("Page/page.html"), .embedInCode("Page/flame.css"),
        .embedInCode("Page/flame.js"), .embedInCode("Page/types.css"),
        .embedInCode("Page/types.js"),
      ], swiftSettings: swift),

    // Unit tests: what they share, and a test target for each library.
    .target(
      name: "TestLiveFiles", dependencies: ["CLive", "LiveReader"], path: "Tests/TestLiveFiles",
      swiftSettings: swift),
    .testTarget(
      name: "LiveReaderTests", dependencies: ["CLive", "LiveReader", "TestLiveFiles"],
      swiftSettings: swift),
    .testTarget(
      name: "ProfileFilesTests", dependencies: ["ProfileFiles", "Wire"], swiftSettings: swift),
    .testTarget(
      name: "HeapReaderTests", dependencies: ["CLive", "HeapReader", "Targets"],
      exclude: ["Programs"], swiftSettings: swift),
    .testTarget(name: "SymbolsTests", dependencies: ["Symbols"], swiftSettings: swift),
    .target(
      name: "TestTargets", dependencies: ["Targets"], path: "Tests/TestTargets",
      swiftSettings: swift),
    .testTarget(
      name: "HeapGraphTests", dependencies: ["HeapGraph", "Targets", "TestTargets", "Wire"],
      swiftSettings: swift),
    .testTarget(
      name: "TargetsTests", dependencies: ["Targets", "TestTargets"], swiftSettings: swift),
    .testTarget(
      name: "HeapTypesTests", dependencies: ["HeapReader", "HeapTypes", "Targets"],
      exclude: ["Programs"],
      swiftSettings: swift),
    .testTarget(name: "TuningTests", dependencies: ["Tuning"], swiftSettings: swift),
    .testTarget(
      name: "ToolKitTests",
      dependencies: ["CLive", "LiveReader", "ProfileFiles", "TestLiveFiles", "ToolKit"],
      swiftSettings: swift),
  ]
)
