// What a root is called: a variable of a file, the function whose frame it lies in, or the place in its file or mapping.

import HeapGraph
import HeapTypes
import Targets

struct RootNames<Memory: TargetMemory> {
  private let memory: Memory
  private let finder: TypeFinder
  private let threads: [ThreadState]

  init(_ memory: Memory, _ finder: TypeFinder, _ threads: [ThreadState]) {
    self.memory = memory
    self.finder = finder
    self.threads = threads
  }

  func named(_ roots: [HeapRoot]) -> [HeapRoot] {
    var frames: [Int32: StackFrames] = [:]
    for thread in threads {
      let last = roots.lazy.filter { $0.place == .stack && $0.thread == thread.thread }
        .map(\.address).max()
      guard let last else { continue }
      frames[thread.thread] = StackFrames(
        memory, finder, from: thread.stackPointer, to: last, counter: thread.programCounter)
    }
    return roots.map { root in
      HeapRoot(
        place: root.place, address: root.address, block: root.block, thread: root.thread,
        name: name(root, frames[root.thread]))
    }
  }

  private func name(_ root: HeapRoot, _ frames: StackFrames?) -> String {
    switch root.place {
    case .global:
      return finder.variable(holding: root.address) ?? finder.place(inModule: root.address) ?? ""
    case .stack:
      guard let counter = frames?.counter(of: root.address), counter != 0 else { return "" }
      return finder.function(at: counter) ?? finder.place(inModule: counter) ?? ""
    case .mapping: return memory.mapping(of: root.address)?.path ?? ""
    case .register, .threadLocal: return ""
    }
  }
}
