// The process' heap, but for its pages and its counters.

import Heap
import Memory

package enum TestPolicy: HeapPolicy {
  package typealias Pages = TestPages
  package typealias Threads = ReadyThread
  package typealias Observer = NoObserver
  package static var isShared: Bool { true }
}
