// The first call, and the process' events: which heap is active, and the end of threads.
//
// The first call may come from the loader, before any constructor. It reads the options, makes the
// heap, publishes it, and only then asks the C library for its services, which may allocate.
//
// At load the library makes the heap when there are options. Without any the first call makes it: a
// program that never allocates pays for no heap. Forks and threads are watched from the load on in both cases.

import CShims
import DebugHeap
import Guards
import Heap
import Heaps
import Live
import Memory
import Platform
import Synchronization
import Traces

/// The heap in force.
package enum ActiveHeap {
  case production(ProductionHeap)
  case debug(ProcessDebugHeap)
  /// There is no memory for one.
  case none
}

package enum Process {
  private static let startLock = Lock()
  // Release when published, acquire when read; the address of a HeapStorage<ProcessPolicy>, or `debug`.
  private static let storageAddress = Atomic<UInt>(0)
  // In debug mode, written before that: the address of a DebugStorage<SharedSystemPolicy>.
  private static let debugAddress = Atomic<UInt>(0)
  private static let debug: UInt = 1

  /// Whether the program has an operator new of its own, which the forms that do not throw then call. Set
  /// before there is a heap, and so before any fast path.
  nonisolated(unsafe) package private(set) static var newIsReplaced = false

  /// The production heap's size classes, under which a debug heap's blocks are counted, too.
  nonisolated(unsafe) private(set) static var classes = SizeClasses(steps: 4)
  // Whether the C library tells of forks and of threads' ends. One thread sets it: pthread_create allocates.
  nonisolated(unsafe) private static var isWatched = false
  /// Whether malloc is ours, and blocks of a size that is a multiple of an alignment begin at one.
  /// False before there is a heap.
  nonisolated(unsafe) private(set) static var alignsByLength = false

  /// The heap of the process; made at the first call.
  @inline(__always)
  package static var active: ActiveHeap {
    let address = storageAddress.load(ordering: .acquiring)
    return address == 0 ? startedHeap() : heap(published: address)
  }

  /// Where the production heap's state lies; nil in a debugging mode and before there is a heap.
  @inline(__always)
  static var productionHeap: UnsafeMutableRawPointer? {
    let address = storageAddress.load(ordering: .acquiring)
    return address > debug ? UnsafeMutableRawPointer(bitPattern: address) : nil
  }

  @inline(never)
  private static func startedHeap() -> ActiveHeap {
    // It takes six kilobytes. A handler's first call may come from a stack for signals, which has eight.
    if swiftmalloc_is_on_signal_stack() != 0 {
      swiftmalloc_on_large_stack({ _ in Process.start() }, nil)
    } else {
      start()
    }
    let address = storageAddress.load(ordering: .acquiring)
    return address == 0 ? .none : heap(published: address)
  }

  @inline(__always)
  private static func heap(published address: UInt) -> ActiveHeap {
    if address > debug { return .production(heap(at: address)) }
    return .debug(
      ProcessDebugHeap(
        storage: UnsafeMutablePointer(bitPattern: debugAddress.load(ordering: .relaxed))
          .unsafelyUnwrapped))
  }

  /// Whether there is a heap, after making one if need be.
  static func startIfNeeded() -> Bool {
    if case .none = active { return false }
    return true
  }

  /// The library has been loaded: before the program has signal handlers and threads.
  static func load() {
    // What is linked in tells what it cannot do, and asks the loader, which the first call might find locked.
    if swiftmalloc_is_linked_in() != 0 || OptionParser.isAsked {
      _ = startIfNeeded()
    } else if storageAddress.load(ordering: .acquiring) == 0 {
      watchProcess()
    }
  }

  private static func heap(at address: UInt) -> ProductionHeap {
    ProductionHeap(storage: UnsafeMutablePointer(bitPattern: address).unsafelyUnwrapped)
  }

  @inline(never)
  private static func start() {
    startLock.lock()
    if storageAddress.load(ordering: .acquiring) != 0 { return startLock.unlock() }
    System.initialize()
    newIsReplaced =
      swiftmalloc_replacement(Int32(SWIFTMALLOC_NEW)) != nil
      || swiftmalloc_replacement(Int32(SWIFTMALLOC_NEW_ARRAY)) != nil
    let options = OptionParser.read()
    ReportStyle.isJSON = options.reportsAreJSON
    ReportStyle.showsSource = options.showsSource
    ReportStyle.allowsColours = options.allowsColours
    classes = options.classes
    alignsByLength = !classes.areListed && swiftmalloc_malloc_is_own() != 0
    startCounting(options)
    prepareProfile(options)
    prepareGuards(options)
    watchesEndSignals = options.checksAtSignals
    let isProduction = options.mode == .production && options.leaks == .none
    let address = isProduction ? startProduction(options) : startDebugging(options)
    storageAddress.store(address, ordering: .releasing)
    startLock.unlock()
    if address == 0 { return }
    watchProcess()
    tellLimits(options)
    swiftmalloc_at_load_and_exit({ Process.loaded() }, { Process.exiting() })
  }

  private static func startProduction(_ options: Options) -> UInt {
    var settings = HeapSettings(options)
    settings.takesSamples = true
    guard let heap = ProductionHeap(pages: SystemPages(), settings: settings) else { return 0 }
    if !LiveCounts.isOn { PageMap.openToFastPaths() }
    allowHelper(options)
    return UInt(bitPattern: heap.storage)
  }

  private static func startDebugging(_ options: Options) -> UInt {
    guard let heap = makeDebugHeap(options) else { return 0 }
    let isDebug = options.mode != .production
    swiftmalloc_set_heap_mode(
      UInt32(isDebug ? SWIFTMALLOC_MODE_DEBUG : SWIFTMALLOC_MODE_LEAKS))
    debugAddress.store(UInt(bitPattern: heap.storage), ordering: .relaxed)
    return debug
  }

  // The C library can serve everything.
  private static func loaded() {
    if LiveCounts.isOn {
      LiveProcess.noteProgram()
      swiftmalloc_watch_quick_exit()
    }
    if case .debug = active { loadedForDebugging() }
    tellOfHiddenNames()
    loadedForProfile()
    loadedForGuards()
    keepsReports()
  }

  private static func exiting() {
    if case .debug = active { exitingFromDebugging() }
    printStatisticsAtExit()
    writeProfileAtExit()
    GuardReports.printSummary()
    if LiveCounts.isOn { LiveProcess.end() }
    // In a static program exit(3) ends in our _exit.
    swiftmalloc_at_quick_end(nil)
    SharedCounters.report()
  }

  // Once: by the constructor, or by an earlier first call.
  private static func watchProcess() {
    if isWatched { return }
    isWatched = true
    let error = swiftmalloc_register(
      { Process.prepareFork() }, { Process.finishForkInParent() }, { Process.finishForkInChild() },
      { Process.threadEnds($0) })
    if error != 0 {
      var message = Message()
      message.head("WARNING")
      message.text("the C library refuses to watch threads and forks: ")
      message.error(Int(error))
      message.endLine()
    }
    if swiftmalloc_sanitizer_is_present() != 0 {
      var message = Message()
      message.head("WARNING")
      message.text("the program has a sanitizer's allocator of its own; ")
      message.text("swiftmalloc serves only what does not reach it")
      message.endLine()
    }
  }

  // Other destructors of the thread may run after ours and allocate: it is postponed until the
  // last round of destructors that POSIX promises (PTHREAD_DESTRUCTOR_ITERATIONS is 4).
  private static func threadEnds(_ round: UnsafeMutableRawPointer?) {
    let round = UInt(bitPattern: round)
    if round < 4 {
      swiftmalloc_watch_thread(UnsafeMutableRawPointer(bitPattern: round + 1))
    } else {
      endThread()
    }
  }

  private static func endThread() {
    HeapTable.threadEnds()
    if HeapTable.isUsed { HeapTable.threadLeavesCaches() }
    switch active {
    case .production(let heap):
      Helper.threadEnds()
      heap.endThread()
      GuardedBlocks.threadEnds()
      Helper.threadHasEnded { heap.threadCount }
      heap.purgeAfterEnd()
    case .debug:
      if LiveCounts.isOn { LiveThreads.endThread() }
      ThreadTable.endThread()
    case .none: break
    }
  }
}

extension HeapSettings {
  package init(_ options: Options) {
    let hugePages: PageHeapSettings.HugePages =
      switch options.hugePages {
      case .never: .never
      case .auto: .auto
      case .always: .always
      }
    self.init(
      classes: options.classes,
      pages: PageHeapSettings(purgeDelay: options.purgeDelay, hugePages: hugePages))
  }
}
