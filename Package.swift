// swift-tools-version: 6.2
// The layers of swiftmalloc, one target each; a target imports only what stands above it here.
// With the trait `Embedded` they become libswiftmalloc.so (Scripts/build.sh); without it they are
// ordinary Swift, which the unit tests import. Nothing is fetched: the command-line tool is a package of its own (Tool).

import PackageDescription

let swift: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .treatAllWarnings(as: .error),
  // Not enableExperimentalFeature: that would link the tests without a path to Swift's libraries.
  .unsafeFlags(["-enable-experimental-feature", "Embedded"], .when(traits: ["Embedded"])),
  .unsafeFlags(["-Xfrontend", "-no-allocations"], .when(traits: ["Embedded"])),
  // Static variables are guarded by locks: no calls of the runtime's checks.
  .unsafeFlags(["-enforce-exclusivity=unchecked"], .when(traits: ["Embedded"])),
  // The linker leaves out what nobody calls.
  .unsafeFlags(["-Xfrontend", "-function-sections"], .when(traits: ["Embedded"])),
  // Exported functions that differ in a constant stay apart: a shared body would cost them a jump.
  .unsafeFlags(["-Xllvm", "-swiftmergefunc-threshold=0"], .when(traits: ["Embedded"])),
  // gdb warns of an index of names that the linker cannot join, and of files of C modules that are gone.
  .unsafeFlags(["-Xllvm", "-accel-tables=Disable"], .when(traits: ["Embedded"])),
  .unsafeFlags(["-Xfrontend", "-no-clang-module-breadcrumbs"], .when(traits: ["Embedded"])),
]

// Never compiled Embedded.
let ordinary: [SwiftSetting] = [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)]

// gdb passes arguments as C does only to functions without debug information: `call (void)free(p)`. Swift's types of them
// would make it pass nothing. The layers keep theirs: Preload compiles them again, but the linker takes the first copy.
// The frontend's option comes behind the package manager's `-g`, which a `-gnone` of the driver would not.
let exported: [SwiftSetting] = [
  .unsafeFlags(["-Xfrontend", "-gnone"], .when(traits: ["Embedded"]))
]

let link: [LinkerSetting] = [
  .unsafeFlags(
    ["-enable-experimental-feature", "Embedded", "-use-ld=lld"]
      + [
        "-z", "now", "-z", "nodelete", "--gc-sections",
        // perf takes a probe's address for its place in the file.
        "-z", "separate-loadable-segments",
        "--version-script=\(Context.packageDirectory)/Sources/Preload/exports.map",
        "--script=\(Context.packageDirectory)/Sources/Preload/sections.ld",
      ]
      .flatMap { ["-Xlinker", $0] },
    .when(traits: ["Embedded"]))
]

let package = Package(
  name: "swiftmalloc",
  products: [
    .library(name: "swiftmalloc", type: .dynamic, targets: ["Preload"]),
    // For Swift programs: the debug heap over any source of memory.
    .library(name: "SwiftMallocDebug", targets: ["SwiftMallocDebug"]),
    // Heaps of a program's own, of the same code as the process'.
    .library(name: "SwiftMalloc", targets: ["SwiftMalloc"]),
    // For the package Tool.
    .library(name: "RustNames", targets: ["RustNames"]),
  ],
  traits: [
    .trait(name: "Embedded", description: "Build with Embedded Swift: no runtime, libc only."),
    .trait(name: "Counters", description: "Count what threads write to memory that they share."),
  ],
  targets: [
    .target(
      name: "CShims", path: "CShims",
      cSettings: [
        .define("SWIFTMALLOC_IS_PROCESS", .when(traits: ["Embedded"])),
        .unsafeFlags([
          "-fvisibility=hidden", "-fexceptions", "-fno-omit-frame-pointer", "-gdwarf-4",
          "-Wall", "-Werror",
        ]),
      ]),
    .target(name: "Platform", dependencies: ["CShims"], swiftSettings: swift),
    .target(name: "Memory", dependencies: ["CShims", "Platform"], swiftSettings: swift),
    .target(name: "Heap", dependencies: ["CShims", "Platform", "Memory"], swiftSettings: swift),
    .target(name: "RustNames", swiftSettings: swift),
    .target(
      name: "Traces", dependencies: ["CShims", "Platform", "RustNames"], swiftSettings: swift),
    .target(
      name: "Guards",
      dependencies: ["CShims", "Platform", "Memory", "Traces", "Heap", "DebugHeap"],
      swiftSettings: swift),
    .target(
      name: "Profiles", dependencies: ["CShims", "Platform", "Memory", "Traces", "Heap", "Guards"],
      swiftSettings: swift),
    .target(
      name: "Live", dependencies: ["CShims", "Platform", "Memory", "Heap", "Profiles"],
      swiftSettings: swift),
    .target(
      name: "Heaps", dependencies: ["CShims", "Platform", "Memory", "Heap", "Live", "Profiles"],
      swiftSettings: swift),
    .target(
      name: "DebugHeap", dependencies: ["CShims", "Platform", "Memory", "Traces"],
      swiftSettings: swift),
    .target(
      name: "Statistics",
      dependencies: ["CShims", "Platform", "Memory", "Heap", "Heaps", "Live", "Guards"],
      swiftSettings: swift),
    .target(
      name: "Leaks", dependencies: ["CShims", "Platform", "Memory", "Traces", "DebugHeap"],
      swiftSettings: swift),
    .target(
      name: "Malloc",
      dependencies: [
        "CShims", "Platform", "Memory", "Heap", "Heaps", "Live", "Traces", "DebugHeap", "Leaks",
        "Statistics", "Profiles", "Guards",
      ],
      swiftSettings: swift),
    .target(
      name: "Preload", dependencies: ["CShims", "Malloc"], exclude: ["exports.map", "sections.ld"],
      swiftSettings: swift + exported, linkerSettings: link),

    // Ordinary Swift for most programs; Embedded, too, with libc alone.
    .target(
      name: "SwiftMalloc", dependencies: ["CShims", "Platform", "Memory", "Heap"],
      swiftSettings: swift),
    .target(
      name: "SwiftMallocDebug",
      dependencies: ["CShims", "Platform", "Memory", "Traces", "DebugHeap"],
      swiftSettings: ordinary),

    // Unit tests, in ordinary Swift: what they share, and a test target for each layer.
    .target(
      name: "TestPages", dependencies: ["CShims", "Platform", "Memory", "Heap", "Traces"],
      path: "Tests/TestPages", swiftSettings: swift),
    .testTarget(
      name: "PlatformTests", dependencies: ["CShims", "Platform"], swiftSettings: swift),
    .testTarget(
      name: "LiveTests",
      dependencies: ["CShims", "Platform", "Memory", "Heap", "Live", "TestPages"],
      swiftSettings: swift),
    .testTarget(
      name: "MemoryTests", dependencies: ["CShims", "Platform", "Memory", "TestPages"],
      swiftSettings: swift),
    .testTarget(
      name: "HeapTests",
      dependencies: ["CShims", "Platform", "Memory", "Heap", "Statistics", "TestPages"],
      swiftSettings: swift),
    .testTarget(
      name: "TracesTests",
      dependencies: ["CShims", "Platform", "RustNames", "Traces", "TestPages"],
      swiftSettings: swift),
    .testTarget(
      name: "DebugHeapTests",
      dependencies: ["CShims", "Platform", "Memory", "Traces", "DebugHeap", "TestPages"],
      swiftSettings: swift),
    .testTarget(
      name: "LeaksTests",
      dependencies: ["CShims", "Platform", "Memory", "Traces", "DebugHeap", "Leaks", "TestPages"],
      swiftSettings: swift),
    .testTarget(
      name: "StatisticsTests",
      dependencies: ["CShims", "Platform", "Memory", "Heap", "Statistics", "TestPages"],
      swiftSettings: swift),
    .testTarget(
      name: "SwiftMallocTests",
      dependencies: ["CShims", "Platform", "Memory", "SwiftMalloc", "TestPages"],
      swiftSettings: swift),
    .testTarget(
      name: "MallocTests",
      dependencies: [
        "CShims", "Platform", "Memory", "Heap", "Heaps", "Live", "Malloc", "TestPages",
      ],
      swiftSettings: swift),
  ]
)
