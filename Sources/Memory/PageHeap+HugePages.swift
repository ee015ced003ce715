// With HUGE_PAGES=always the system makes huge pages again of those that have holes (khugepaged), and an idle process grows back
// to what it was within a minute or two. So the advice is dropped when memory was given back that the program has no use for,
// and given again when it is at work.

extension PageHeap {
  /// Gives the advice for all that is committed, or drops it. Nothing but with that option.
  package mutating func adviseHugePages(_ wanted: Bool) {
    if settings.hugePages != .always { return }
    lock.lock()
    defer { unlock() }
    var next = arenas
    while let arena = next {
      let start = arena.pointee.start
      let byteCount = Int(committedEnd(of: arena) - start)
      if byteCount > 0 { pages.useHugePages(wanted, start, byteCount: byteCount) }
      next = arena.pointee.next
    }
  }
}
