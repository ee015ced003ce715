// Traces of real stacks, in processes of their own: depth and tables serve the whole process.

import CShims
import Platform
import TestPages
import Testing

@testable import Traces

#if canImport(Glibc)
  import Glibc
#endif

/// The trace from the caller on. Tests are linked with the library: their own frames count as its
/// code, which `Unwinder.capture()` leaves out, so it begins as if a signal had interrupted them.
@inline(never) private func captureHere() -> UInt32 {
  guard let frame = swiftmalloc_frame_address() else { return 0 }
  var context = ucontext_t()
  withUnsafeMutableBytes(of: &context.uc_mcontext.gregs) { bytes in
    let registers = bytes.bindMemory(to: Int64.self)
    // Where REG_RBP, REG_RSP and REG_RIP stand in ucontext.h.
    registers[10] = Int64(frame[0])
    registers[15] = Int64(UInt(bitPattern: frame) + 16)
    registers[16] = Int64(frame[1]) - 1
  }
  return withUnsafePointer(to: &context) { Unwinder.capture(context: UnsafeRawPointer($0)) }
}

@inline(never) private func nest(_ depth: Int, _ other: Bool = false) -> UInt32 {
  if depth == 0 { return captureHere() }
  let trace = other && depth == 3 ? nestOther(depth - 1) : nest(depth - 1, other)
  return trace &+ UInt32(Blackhole.zero)
}

@inline(never) private func nestOther(_ depth: Int) -> UInt32 {
  nest(depth) &+ UInt32(Blackhole.zero)
}

/// A frame whose length the call decides.
@inline(never) private func captureBelow(_ byteCount: Int) -> UInt32 {
  withUnsafeTemporaryAllocation(byteCount: byteCount, alignment: 16) { buffer in
    buffer[0] = UInt8(truncatingIfNeeded: byteCount)
    return captureHere() &+ UInt32(Blackhole.zero)
  }
}

private enum Blackhole {
  /// Keeps calls from becoming jumps.
  static var zero: Int { System.pageSize & 1 }
}

private func addresses(_ trace: UInt32) -> [UInt] {
  var result: [UInt] = []
  StackDepot.eachAddress(trace) { result.append($0) }
  return result
}

private func start(depth: Int, libunwind: Bool = true) -> Bool {
  if !TestProcess.start() { return false }
  Unwinder.start(frameLimit: depth)
  return !libunwind || Unwinder.load()
}

/// Names the calling thread.
private func setName(_ name: String) {
  guard let file = fopen("/proc/self/task/\(swiftmalloc_thread_id())/comm", "w") else {
    Issue.record("a thread cannot be named")
    return
  }
  fputs(name, file)
  fclose(file)
}

@Suite struct UnwinderTests {
  @Test(arguments: [false, true]) func nestedCallsAreThere(libunwind: Bool) async {
    await #expect(processExitsWith: .success) { [libunwind] in
      try #require(start(depth: 64, libunwind: libunwind))
      for _ in 0..<3 {
        let traces = (0...40).map { nest($0) }
        let first = addresses(traces[0])
        #expect(first.count >= 4)
        for (depth, trace) in traces.enumerated() {
          let frames = addresses(trace)
          #expect(frames.count == min(first.count + depth, 64), "depth \(depth)")
          // The inner call, then the recursive ones, which are all the same.
          #expect(depth == 0 || frames[0] == addresses(traces[1])[0], "depth \(depth)")
          #expect(Set(frames.dropFirst().prefix(max(depth - 1, 0))).count <= 1, "depth \(depth)")
          // All frames outside of this function's.
          let known = min(64, first.count + depth) - depth - 1
          if depth > 0, known > 1 {
            #expect(
              frames.dropFirst(depth + 1).prefix(known) == first.dropFirst(1).prefix(known),
              "depth \(depth)")
          }
        }
        #expect(Set(traces).count == traces.count)
      }
    }
  }

  @Test func equalStacksHaveEqualNumbers() async {
    await #expect(processExitsWith: .success) {
      try #require(start(depth: 30))
      var seen: Set<UInt32> = []
      for round in 0..<200 {
        // One place in the code, and different stacks between.
        let trace = nest(5, round % 2 == 1)
        seen.insert(trace)
        _ = nest(round % 70)
      }
      #expect(seen.count == 2 && !seen.contains(0))
    }
  }

  /// The stack pointer tells nothing there: the frame pointer does.
  @Test func framesOfAnyLengthAreOneTrace() async {
    await #expect(processExitsWith: .success) {
      try #require(start(depth: 30))
      let traces = [16, 32, 960, 16, 480, 64].map { captureBelow($0) }
      #expect(Set(traces).count == 1 && addresses(traces[0]).count >= 4)
    }
  }

  @Test(arguments: [1, 2, 7]) func traceIsAsLongAsToldAtMost(depth: Int) async {
    await #expect(processExitsWith: .success) { [depth] in
      try #require(start(depth: depth))
      for levels in [0, 20, 3, 20] { #expect(addresses(nest(levels)).count == depth) }
    }
  }

  @Test func threadsFindTheSameTraces() async {
    await #expect(processExitsWith: .success) {
      try #require(start(depth: 40))
      let results = ThreadResults()
      let threads = (0..<6).map { index in
        TestThread {
          var numbers: [UInt32] = []
          for round in 0..<300 { numbers.append(nest(round % 13, round % 5 == 0)) }
          results.put(index, numbers)
        }
      }
      for thread in threads { thread?.join() }
      let all = results.all
      #expect(all.count == 6)
      let traces = Set(all.values.joined())
      // 13 depths; those of 3 and more have another way, too.
      #expect(all.values.allSatisfy { $0 == all[0] } && !traces.contains(0))
      #expect(traces.count == 13 + 10, "\(traces.count) traces")
      // Down to the thread's first function, in the C library.
      let outermost = Set(traces.map { addresses($0).last })
      #expect(outermost.count == 1)
    }
  }

  /// From code that is called by somebody else's: the trace begins in the C library.
  @Test func ownCodeIsLeftOut() async {
    await #expect(processExitsWith: .success) {
      try #require(start(depth: 20))
      var numbers: [Int32] = [3, 1, 2]
      qsort(&numbers, 3, 4) { _, _ in
        let trace = Unwinder.capture()
        let inner = addresses(trace).first
        #expect(inner.map { swiftmalloc_is_own_code($0) } == 0)
        #expect(trace != 0 && swiftmalloc_is_in_loaded_object(inner ?? 0) != 0)
        return 0
      }
    }
  }

  @Test func nothingIsTracedWhereItMustNot() async {
    await #expect(processExitsWith: .success) {
      #expect(Unwinder.capture() == 0 && captureHere() == 0)
      try #require(start(depth: 20))
      for flag in [ThreadFlags.busy, ThreadFlags.isTracing] {
        ThreadFlags.insert(flag)
        #expect(captureHere() == 0)
        ThreadFlags.remove(flag)
      }
      #expect(captureHere() != 0)
    }
  }

  @Test func threadsHaveNumbersAndNames() async {
    await #expect(processExitsWith: .success) {
      try #require(start(depth: 8))
      let own = ThreadTable.numberOfThisThread
      #expect(own != 0 && ThreadTable.numberOfThisThread == own)
      var seen: Set<Int> = [own]
      for index in 0..<5 {
        let results = ThreadResults()
        TestThread {
          setName("worker \(index)")
          _ = nest(2)
          results.put(0, [UInt32(ThreadTable.numberOfThisThread), UInt32(swiftmalloc_thread_id())])
          // Named again: the last name counts.
          setName("renamed \(index)")
        }?.join()
        let found = results.all[0] ?? [0, 0]
        let number = Int(found[0])
        #expect(number != 0 && seen.insert(number).inserted)
        let record = ThreadTable.record(number)
        #expect(record.pointee.hasEnded && record.pointee.stack == nil)
        #expect(record.pointee.id == Int32(found[1]))
        var message = Message()
        ThreadTable.append(number, to: &message)
        message.endLine()
        #expect(TestProcess.log.hasSuffix("\"renamed \(index)\" (\(found[1]))\n"))
      }
      ThreadTable.forget()
      #expect(ThreadTable.numberOfThisThread != own)
      var message = Message()
      ThreadTable.append(0, to: &message)
      message.endLine()
      #expect(TestProcess.log.hasSuffix("another thread\n"))
    }
  }
}
