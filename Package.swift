// swift-tools-version: 6.2
// The layers of swiftmalloc, one target each; a target imports only what stands above it here.
// With the trait `Embedded` they become libswiftmalloc.so (Scripts/build.sh); without it they are
// ordinary Swift, which the unit tests import.

import PackageDescription

let swift: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .treatAllWarnings(as: .error),
  // Not enableExperimentalFeature: that would link the tests without a path to Swift's libraries.
  .unsafeFlags(["-enable-experimental-feature", "Embedded"], .when(traits: ["Embedded"])),
  .unsafeFlags(["-Xfrontend", "-no-allocations"], .when(traits: ["Embedded"])),
]

// The names under which the functions of Preload are exported: ours, then the public ones.
let exports: [(String, [String])] = [
  ("malloc", ["malloc", "__libc_malloc"]),
  (
    "free",
    [
      "free", "cfree", "free_sized", "free_aligned_sized", "__libc_free", "_ZdlPv", "_ZdaPv",
      "_ZdlPvm", "_ZdaPvm", "_ZdlPvRKSt9nothrow_t", "_ZdaPvRKSt9nothrow_t",
      "_ZdlPvSt11align_val_t", "_ZdaPvSt11align_val_t", "_ZdlPvmSt11align_val_t",
      "_ZdaPvmSt11align_val_t", "_ZdlPvSt11align_val_tRKSt9nothrow_t",
      "_ZdaPvSt11align_val_tRKSt9nothrow_t",
    ]
  ),
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
  ("new", ["_Znwm", "_Znam"]),
  ("new_aligned", ["_ZnwmSt11align_val_t", "_ZnamSt11align_val_t"]),
  ("new_nothrow", ["_ZnwmRKSt9nothrow_t", "_ZnamRKSt9nothrow_t"]),
  (
    "new_aligned_nothrow",
    ["_ZnwmSt11align_val_tRKSt9nothrow_t", "_ZnamSt11align_val_tRKSt9nothrow_t"]
  ),
]

let link: [LinkerSetting] = [
  .unsafeFlags(
    ["-enable-experimental-feature", "Embedded", "-use-ld=lld"]
      + [
        "-z", "now", "--gc-sections",
        "--version-script=\(Context.packageDirectory)/Sources/Preload/exports.map",
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
    .library(name: "swiftmalloc", type: .dynamic, targets: ["Preload"])
  ],
  traits: [
    .trait(name: "Embedded", description: "Build with Embedded Swift: no runtime, libc only.")
  ],
  targets: [
    .target(
      name: "CShims", path: "CShims",
      cSettings: [.unsafeFlags(["-fvisibility=hidden", "-fexceptions", "-Wall", "-Werror"])]),
    .target(name: "Platform", dependencies: ["CShims"], swiftSettings: swift),
    .target(name: "Memory", dependencies: ["CShims", "Platform"], swiftSettings: swift),
    .target(name: "Heap", dependencies: ["CShims", "Platform", "Memory"], swiftSettings: swift),
    .target(
      name: "Statistics", dependencies: ["Platform", "Memory", "Heap"], swiftSettings: swift),
    .target(
      name: "Malloc", dependencies: ["CShims", "Platform", "Memory", "Heap", "Statistics"],
      swiftSettings: swift),
    .target(
      name: "Preload", dependencies: ["CShims", "Malloc"], exclude: ["exports.map"],
      swiftSettings: swift, linkerSettings: link),

    // Unit tests, in ordinary Swift: what they share, and a test target for each layer.
    .target(
      name: "TestPages", dependencies: ["Memory", "Platform"], path: "Tests/TestPages",
      swiftSettings: swift),
    .testTarget(
      name: "PlatformTests", dependencies: ["CShims", "Platform"], swiftSettings: swift),
    .testTarget(
      name: "MemoryTests", dependencies: ["Platform", "Memory", "TestPages"], swiftSettings: swift),
    .testTarget(
      name: "HeapTests",
      dependencies: ["CShims", "Platform", "Memory", "Heap", "Statistics", "TestPages"],
      swiftSettings: swift),
    .testTarget(
      name: "StatisticsTests",
      dependencies: ["CShims", "Platform", "Memory", "Heap", "Statistics", "TestPages"],
      swiftSettings: swift),
    .testTarget(
      name: "MallocTests", dependencies: ["CShims", "Platform", "Memory", "Heap", "Malloc"],
      swiftSettings: swift),
  ]
)
