// The first call, and the process' events: which heap is active, fork and the end of threads.
//
// The first call may come from the loader, before any constructor. It reads the options, makes the
// heap, publishes it, and only then asks the C library for its services, which may allocate.

import CShims
import Heap
import Memory
import Platform
import Synchronization

package typealias ProductionHeap = Heap<SystemPages>

package enum Process {
  private static let startLock = Lock()
  // Release when published, acquire when read; the address of a HeapStorage<SystemPages>.
  private static let storageAddress = Atomic<UInt>(0)

  /// The heap of the process; made at the first call. Nil when there is no memory for it.
  @inline(__always)
  package static var heap: ProductionHeap? {
    let address = storageAddress.load(ordering: .acquiring)
    return address != 0 ? heap(at: address) : start()
  }

  private static func heap(at address: UInt) -> ProductionHeap {
    ProductionHeap(storage: UnsafeMutablePointer(bitPattern: address).unsafelyUnwrapped)
  }

  @inline(never)
  private static func start() -> ProductionHeap? {
    startLock.lock()
    let published = storageAddress.load(ordering: .acquiring)
    if published != 0 {
      startLock.unlock()
      return heap(at: published)
    }
    System.initialize()
    let options = OptionParser.read()
    guard let heap = ProductionHeap(pages: SystemPages(), settings: HeapSettings(options)) else {
      startLock.unlock()
      return nil
    }
    storageAddress.store(UInt(bitPattern: heap.storage), ordering: .releasing)
    startLock.unlock()
    watchProcess()
    return heap
  }

  private static func watchProcess() {
    let error = swiftmalloc_register(
      { Process.heap?.prepareFork() }, { Process.heap?.finishForkInParent() },
      { Process.heap?.finishForkInChild() }, { Process.threadEnds($0) })
    if error != 0 {
      var message = Message()
      message.head("WARNING")
      message.text("the C library refuses to watch threads and forks, error ")
      message.decimal(Int(error))
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
      Process.heap?.endThread()
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
      classSteps: options.classSteps,
      pages: PageHeapSettings(purgeDelay: options.purgeDelay, hugePages: hugePages))
  }
}
