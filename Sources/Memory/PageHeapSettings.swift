/// What the options decide about pages.
package struct PageHeapSettings {
  /// Milliseconds that dirty runs stay before they are purged; 0 at once, -1 never.
  package var purgeDelay: Int
  package var hugePages: HugePages
  /// Whether the heap ends before the process does.
  package var endsEarly = false

  package enum HugePages {
    case never
    case auto
    case always
  }

  package init(purgeDelay: Int, hugePages: HugePages) {
    self.purgeDelay = purgeDelay
    self.hugePages = hugePages
  }

  /// Tells the system about huge pages for new memory, if the option says anything.
  package func adviseHugePages<Pages: PageSource>(
    _ pages: Pages, _ address: UInt, byteCount: Int
  ) {
    switch hugePages {
    case .never: pages.useHugePages(false, address, byteCount: byteCount)
    case .auto: break
    case .always: pages.useHugePages(true, address, byteCount: byteCount)
    }
  }
}
