// Guarded blocks of up to a page: slots of two pages, of which one holds the block and the other
// one is inaccessible. Where the system can hide pages, slices are accessible as a whole, and their
// pages hidden: no mappings, however many blocks there are, and less than half of the time.
// Elsewhere the pages of blocks are made accessible one by one, and each is a mapping.

import Memory
import Platform
import Synchronization
import Traces

extension DebugHeap {
  /// A block at an inaccessible page; none when the budget of mappings is used up.
  func allocateGuarded(_ byteCount: Int, alignment: Int, _ origin: Origin) -> NewBlock {
    let pageSize = System.pageSize
    let alignment =
      alignment > 16 || origin.isAligned ? alignment : storage.pointee.settings.guardAlignment
    // Where pages are of 64 KiB no slice holds two.
    let hasSlots = Self.slotSize(Self.guardedClass) <= PageMap.sliceSize
    if byteCount > pageSize || alignment > pageSize || !hasSlots {
      return allocateLarge(byteCount, alignment: alignment, origin)
    }
    // A slot of former times, whose page would be a mapping, may have to be set aside: the next one will do.
    var tries = prefersHiding ? 8 : 1
    while tries > 0, prefersHiding || isWithinBudget {
      let address = allocateSlot(Self.guardedClass, byteCount, alignment: alignment, origin)
      if address != 0 { return NewBlock(address: address, isZero: false) }
      tries -= 1
    }
    warnUnguarded()
    return .none
  }

  /// Says once that there are blocks without inaccessible pages around them that should have them.
  func warnUnguarded() {
    let gate = storage.pointee.gate
    if gate.pointee.saidUnguarded { return }
    gate.pointee.saidUnguarded = true
    var message = Message()
    message.head("WARNING")
    message.text(
      "the system allows no more mappings (vm.max_map_count, ulimit -v); further blocks ")
    if storage.pointee.settings.placement == .slots { message.text("above 16 KiB ") }
    message.text("are not guarded")
    message.endLine()
  }

  /// Whether the next bucket of guarded slots is to have hidden pages. Where the system hides none,
  /// half of the mappings that it allows are left to the program.
  var prefersHiding: Bool { canHide }

  private var isWithinBudget: Bool {
    storage.pointee.mappingCount.load(ordering: .relaxed) < storage.pointee.settings.mappingBudget
  }

  /// Prepares an inaccessible slice for guarded slots; false when the budget of mappings is used up.
  func enclose(_ bucket: BucketPointer) -> Bool {
    if !prefersHiding { return isWithinBudget }
    let pages = storage.pointee.pages
    let start = bucket.pointee.start
    if !pages.commit(start, byteCount: PageMap.sliceSize) { return false }
    bucket.pointee.isHidden = pages.hide(start, byteCount: PageMap.sliceSize)
    if bucket.pointee.isHidden { return true }
    // The program locked its memory: so will the next one be.
    storage.pointee.hiding.store(2, ordering: .relaxed)
    _ = pages.seal(start, byteCount: PageMap.sliceSize)
    return false
  }

  /// Makes a slot's page accessible; false when the system refuses.
  func openGuarded(_ bucket: BucketPointer, _ area: Area) -> Bool {
    let pages = storage.pointee.pages
    if bucket.pointee.isHidden { return pages.reveal(area.start, byteCount: area.byteCount) }
    if !isWithinBudget || !pages.commit(area.start, byteCount: area.byteCount) { return false }
    storage.pointee.mappingCount.add(1, ordering: .relaxed)
    return true
  }

  /// Takes access to a slot's page. One that stays accessible is out of use.
  func sealGuarded(_ bucket: BucketPointer, _ index: Int) {
    let pages = storage.pointee.pages
    let area = bucket.area(index, storage.pointee.settings.placement)
    if bucket.pointee.isHidden {
      if !pages.hide(area.start, byteCount: area.byteCount) { setAside(bucket, index) }
    } else if pages.seal(area.start, byteCount: area.byteCount) {
      storage.pointee.mappingCount.subtract(1, ordering: .relaxed)
    } else {
      setAside(bucket, index)
    }
  }
}
