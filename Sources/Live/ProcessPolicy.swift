// The heap of the process: pages of the kernel, caches of all threads, and counters where the process counts. The slow
// paths ask whether it does; single blocks are counted by a fast path of its own (Live/CountingPolicy).

import Heap
import Memory
import Profiles

package enum ProcessPolicy: HeapPolicy {
  package typealias Pages = SystemPages
  package typealias Threads = ReadyThread
  package typealias Observer = LiveObserver
  package typealias Sampler = ProfileSampler
  package static var isShared: Bool { true }
}

package typealias ProductionHeap = Heap<ProcessPolicy>
