// What a heap is, decided when the program is compiled.
//
//   enum Parser: HeapPolicy { typealias Pages = SystemPages; static var classSteps: Int { 1 } }
//   let heap = try Heap<Parser>(name: "parser")

@_exported public import Memory

/// What a heap is made of. Whatever a policy does not say is as in `Local`.
public protocol HeapPolicy {
  /// Where its memory comes from: the system (`SystemPages`), a buffer (`FixedBufferPages`), or a source of the
  /// program's own.
  associatedtype Pages: PageSource
  /// Whether several threads may use the heap: then every call takes its lock. Conform to `SharedHeapPolicy` to say so.
  static var isShared: Bool { get }
  /// Whether blocks lie one behind the other and go all at once: to free one only counts, but above 256 KiB.
  static var isBump: Bool { get }
  /// Size classes for each doubling of the size: 1 (powers of two), 2, 4 or 8.
  static var classSteps: Int { get }
  /// The lengths of blocks instead, the shortest first, multiples of 16. The powers of two from 16 to 32768 are among
  /// them anyhow. Nil: those of `classSteps`. How many blocks a class has is not said: each takes slices of 64 KiB as
  /// it needs them, and the limit bounds all of them together.
  static var sizeClasses: [Int]? { get }
  /// When blocks are filled with zeros.
  static var zeroing: Zeroing { get }
  /// When free pages go back to where they came from.
  static var recycling: Recycling { get }
  /// Whether the system is asked for huge pages.
  static var usesHugePages: Bool { get }
}

extension HeapPolicy {
  // Whether the fast paths may serve the heap: of one thread, and in a debug build, where calls look at the thread,
  // none.
  @inlinable static var isQuick: Bool {
    #if DEBUG
      false
    #else
      !isShared
    #endif
  }
}

/// The policy of a heap that several threads use at once. Such a heap is Sendable.
public protocol SharedHeapPolicy: HeapPolicy {}

extension HeapPolicy {
  /// False.
  @inlinable public static var isShared: Bool { false }
  /// False.
  @inlinable public static var isBump: Bool { false }
  /// 4: at most a fifth of a block is rounding.
  public static var classSteps: Int { 4 }
  /// Nil.
  public static var sizeClasses: [Int]? { nil }
  /// When the program asks for it.
  @inlinable public static var zeroing: Zeroing { .onRequest }
  /// Half a second after they were freed.
  public static var recycling: Recycling { .after(milliseconds: 500) }
  /// False.
  public static var usesHugePages: Bool { false }
}

extension SharedHeapPolicy {
  /// True.
  @inlinable public static var isShared: Bool { true }
}

/// When a heap fills blocks with zeros.
public enum Zeroing: Sendable {
  /// By `allocate(…, zeroed: true)`.
  case onRequest
  /// Every new block is zero.
  case whenAllocated
  /// When a block is freed, by whatever function, or with the heap: nobody finds its contents later. `deallocateAll`
  /// and the heap's end take time for each block then.
  case whenFreed
}

/// When a heap gives free pages back.
public enum Recycling: Sendable {
  /// With the free that makes a slice of 64 KiB free.
  case atOnce
  /// By a later call of the heap.
  case after(milliseconds: Int)
  /// By `recycle()` alone.
  case whenAsked

  var purgeDelay: Int {
    switch self {
    case .atOnce: 0
    case .after(let milliseconds): max(milliseconds, 0)
    case .whenAsked: -1
    }
  }
}

/// One thread at a time: no lock, no atomic operation.
public enum Local: HeapPolicy {
  /// The system's.
  public typealias Pages = SystemPages
}

/// All threads, under one lock.
public enum Shared: SharedHeapPolicy {
  /// The system's.
  public typealias Pages = SystemPages
}

/// One thread at a time; blocks lie one behind the other and go all at once.
public enum Bump: HeapPolicy {
  /// The system's.
  public typealias Pages = SystemPages
  /// True.
  @inlinable public static var isBump: Bool { true }
}

/// As `Local`, in memory of another source.
public enum LocalOn<Pages: PageSource>: HeapPolicy {}

/// As `Local`, in memory that is locked.
public typealias LocalLocked = LocalOn<LockedPages>

/// As `Shared`, in memory of another source.
public enum SharedOn<Pages: PageSource>: SharedHeapPolicy {}

/// As `Bump`, in memory of another source.
public enum BumpOn<Pages: PageSource>: HeapPolicy {
  /// True.
  @inlinable public static var isBump: Bool { true }
}

/// As `Local`, on huge pages where the system has them.
public enum LocalOnHugePages: HeapPolicy {
  /// The system's.
  public typealias Pages = SystemPages
  /// True.
  public static var usesHugePages: Bool { true }
}
