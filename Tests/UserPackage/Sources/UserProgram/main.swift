// One misuse or use of a debug heap for each argument; run.sh knows what each must say.

import Glibc
import SwiftMallocDebug

let cases: [String: () -> Void] = [
  "fixed-buffer": exhaustFixedBuffer,
  "smallest-buffer": exhaustSmallestBuffer,
  "destroyed-heap": destroyHeaps,
  "refusing-source": useRefusingSource,
  "limit": reachLimit,
  "threads": useFromThreads,
  "double-free": freeTwice,
  "double-free-that-stops": freeTwiceAndStop,
  "overflow": overrun,
  "overflow-of-a-large-block": overrunLargeBlock,
  "write-after-free": writeAfterFree,
  "write-into-emptied-bucket": writeIntoEmptiedBucket,
  "wrong-size": freeWithWrongSize,
  "foreign-block": freeForeignBlock,
  "without-frames": freeTwiceWithoutFrames,
  "second-thread": useFromSecondThread,
  "guarded": readBehindBlock,
  "protected": useProtectedHeap,
  "forked": useAfterFork,
]

guard CommandLine.arguments.count == 2, let body = cases[CommandLine.arguments[1]] else {
  print(cases.keys.sorted().joined(separator: "\n"))
  exit(2)
}
body()
