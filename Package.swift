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
]

// Never compiled Embedded.
let ordinary: [SwiftSetting] = [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)]

// The names under which the functions of Preload are exported: ours, then the public ones.
let exports: [(String, [String])] = [
  ("malloc", ["malloc", "__libc_malloc"]),
  ("free", ["free", "cfree", "__libc_free"]),
  ("free_sized", ["free_sized"]),
  ("free_aligned_sized", ["free_aligned_sized"]),
  ("delete", ["_ZdlPv", "_ZdlPvRKSt9nothrow_t"]),
  ("delete_array", ["_ZdaPv", "_ZdaPvRKSt9nothrow_t"]),
  ("delete_sized", ["_ZdlPvm"]),
  ("delete_array_sized", ["_ZdaPvm"]),
  ("delete_aligned", ["_ZdlPvSt11align_val_t", "_ZdlPvSt11align_val_tRKSt9nothrow_t"]),
  ("delete_array_aligned", ["_ZdaPvSt11align_val_t", "_ZdaPvSt11align_val_tRKSt9nothrow_t"]),
  ("delete_sized_aligned", ["_ZdlPvmSt11align_val_t"]),
  ("delete_array_sized_aligned", ["_ZdaPvmSt11align_val_t"]),
  ("calloc", ["calloc", "__libc_calloc"]),
  ("realloc", ["realloc", "__libc_realloc"]),
  ("reallocarray", ["reallocarray"]),
  ("memalign", ["memalign", "aligned_alloc", "__libc_memalign"]),
  ("posix_memalign", ["posix_memalign"]),
  ("valloc", ["valloc"]),
  ("pvalloc", ["pvalloc"]),
  ("malloc_usable_size", ["malloc_usable_size"]),
  ("malloc_trim", ["malloc_trim"]),
  ("malloc_stats", ["malloc_stats"]),
  ("malloc_info", ["malloc_info"]),
  ("mallinfo_now", ["mallinfo"]),
  ("mallinfo2_now", ["mallinfo2"]),
  ("mallopt", ["mallopt"]),
  ("check_now", ["swiftmalloc_check"]),
  ("debug_statistics_now", ["swiftmalloc_debug_statistics"]),
  ("statistics_now", ["swiftmalloc_statistics"]),
  ("new", ["_Znwm"]),
  ("new_array", ["_Znam"]),
  ("new_aligned", ["_ZnwmSt11align_val_t"]),
  ("new_array_aligned", ["_ZnamSt11align_val_t"]),
  ("new_nothrow", ["_ZnwmRKSt9nothrow_t"]),
  ("new_array_nothrow", ["_ZnamRKSt9nothrow_t"]),
  ("new_aligned_nothrow", ["_ZnwmSt11align_val_tRKSt9nothrow_t"]),
  ("new_array_aligned_nothrow", ["_ZnamSt11align_val_tRKSt9nothrow_t"]),
]

let link: [LinkerSetting] = [
  .unsafeFlags(
    ["-enable-experimental-feature", "Embedded", "-use-ld=lld"]
      + [
        "-z", "now", "--gc-sections",
        "--version-script=\(Context.packageDirectory)/Sources/Preload/exports.map",
        "--script=\(Context.packageDirectory)/Sources/Preload/sections.ld",
      ]
      .flatMap { ["-Xlinker", $0] }
      + exports.flatMap { ours, names in
        names.flatMap { ["-Xlinker", "--defsym=\($0)=swiftmalloc_\(ours)"] }
      },
    .when(traits: ["Embedded"]))
]

let package = Package(
  name: "swiftmalloc",
  products: [
    .library(name: "swiftmalloc", type: .dynamic, targets: ["Preload"]),
    // For Swift programs: the debug heap over any source of memory.
    .library(name: "SwiftMallocDebug", targets: ["SwiftMallocDebug"]),
  ],
  traits: [
    .trait(name: "Embedded", description: "Build with Embedded Swift: no runtime, libc only."),
    .trait(name: "Counters", description: "Count what threads write to memory that they share."),
  ],
  targets: [
    .target(
      name: "CShims", path: "CShims",
      cSettings: [
        .unsafeFlags([
          "-fvisibility=hidden", "-fexceptions", "-fno-omit-frame-pointer", "-gdwarf-4",
          "-Wall", "-Werror",
        ])
      ]),
    .target(name: "Platform", dependencies: ["CShims"], swiftSettings: swift),
    .target(name: "Live", dependencies: ["CShims", "Platform"], swiftSettings: swift),
    .target(name: "Memory", dependencies: ["CShims", "Platform", "Live"], swiftSettings: swift),
    .target(
      name: "Heap", dependencies: ["CShims", "Platform", "Live", "Memory"], swiftSettings: swift),
    .target(name: "Traces", dependencies: ["CShims", "Platform"], swiftSettings: swift),
    .target(
      name: "DebugHeap", dependencies: ["CShims", "Platform", "Memory", "Traces"],
      swiftSettings: swift),
    .target(
      name: "Statistics", dependencies: ["CShims", "Platform", "Live", "Memory", "Heap"],
      swiftSettings: swift),
    .target(
      name: "Leaks", dependencies: ["CShims", "Platform", "Memory", "Traces", "DebugHeap"],
      swiftSettings: swift),
    .target(
      name: "Malloc",
      dependencies: [
        "CShims", "Platform", "Live", "Memory", "Heap", "Traces", "DebugHeap", "Leaks",
        "Statistics",
      ],
      swiftSettings: swift),
    .target(
      name: "Preload", dependencies: ["CShims", "Malloc"], exclude: ["exports.map", "sections.ld"],
      swiftSettings: swift, linkerSettings: link),

    .target(
      name: "SwiftMallocDebug",
      dependencies: ["CShims", "Platform", "Memory", "Traces", "DebugHeap"],
      swiftSettings: ordinary),

    // Unit tests, in ordinary Swift: what they share, and a test target for each layer.
    .target(
      name: "TestPages", dependencies: ["CShims", "Platform", "Memory", "Traces"],
      path: "Tests/TestPages", swiftSettings: swift),
    .testTarget(
      name: "PlatformTests", dependencies: ["CShims", "Platform"], swiftSettings: swift),
    .testTarget(
      name: "LiveTests",
      dependencies: ["CShims", "Platform", "Live", "Memory", "Heap", "TestPages"],
      swiftSettings: swift),
    .testTarget(
      name: "MemoryTests", dependencies: ["CShims", "Platform", "Memory", "TestPages"],
      swiftSettings: swift),
    .testTarget(
      name: "HeapTests",
      dependencies: ["CShims", "Platform", "Memory", "Heap", "Statistics", "TestPages"],
      swiftSettings: swift),
    .testTarget(
      name: "TracesTests", dependencies: ["CShims", "Platform", "Traces", "TestPages"],
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
      name: "MallocTests",
      dependencies: ["CShims", "Platform", "Memory", "Heap", "Malloc", "TestPages"],
      swiftSettings: swift),
  ]
)
