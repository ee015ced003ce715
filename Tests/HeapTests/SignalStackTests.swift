// Signal handlers on a stack of their own, by whose addresses nothing can be told of a mark.

import CShims
import Heap
import Memory
import Platform
import TestPages
import Testing

#if canImport(Glibc)
  import Glibc
#endif

/// What the handler uses and finds: each test is a process of its own.
nonisolated(unsafe) private var handlersHeap: TestHeap?
nonisolated(unsafe) private var kindInHandler = SpanKind.none

/// Runs `allocate(100)` in a handler of this thread, on the alternate stack; the kind of its slice.
private func kindOfABlockMadeByAHandler(_ test: TestHeap) -> SpanKind {
  handlersHeap = test
  let byteCount = 1 << 18
  var stack = stack_t()
  stack.ss_sp = UnsafeMutableRawPointer(
    bitPattern: SystemMemory.allocate(byteCount: byteCount) ?? 0)
  stack.ss_size = byteCount
  var action = sigaction()
  action.__sigaction_handler.sa_handler = { _ in
    let block = handlersHeap?.heap.allocate(100).address ?? 0
    kindInHandler = PageMap.record(block)?.pointee.kind ?? .none
  }
  action.sa_flags = SA_ONSTACK
  if sigaltstack(&stack, nil) != 0 || sigaction(SIGUSR1, &action, nil) != 0 { return .none }
  // Threads that tests run on let no signal in.
  var signals = sigset_t()
  sigaddset(&signals, SIGUSR1)
  pthread_sigmask(SIG_UNBLOCK, &signals, nil)
  pthread_kill(pthread_self(), SIGUSR1)
  return kindInHandler
}

@Suite struct SignalStackTests {
  @Test func readyThreadIsServedFromItsCache() async {
    await #expect(processExitsWith: .success) {
      let test = try #require(TestHeap(purgeDelay: -1))
      test.thread = try #require(test.makeThread())
      #expect(kindOfABlockMadeByAHandler(test) == .small)
    }
  }

  /// The mark is below the handler's stack, and yet not stale.
  @Test func everyMarkIsAFastPaths() async {
    await #expect(processExitsWith: .success) {
      let test = try #require(TestHeap(purgeDelay: -1))
      let cache = try #require(test.heap.makeCache())
      test.thread = .cache(cache)
      // Of a frame that is gone, on this stack.
      let mark = (swiftmalloc_stack_end() - 4096) | 1
      swiftmalloc_leave_fast_path(mark)
      let kind = kindOfABlockMadeByAHandler(test)
      #expect(kind == .emergency && swiftmalloc_ready_cache() == mark)
      // Outside of the handler it is.
      #expect(!ReadyThread.isInFastPath)
      #expect(swiftmalloc_ready_cache() == cache.owner)
    }
  }

  @Test func threadWithoutACacheIsInNoFastPath() async {
    await #expect(processExitsWith: .success) {
      let test = try #require(TestHeap(purgeDelay: -1))
      test.thread = .ended
      #expect(kindOfABlockMadeByAHandler(test) == .small)
    }
  }
}
