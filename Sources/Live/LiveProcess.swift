// The counters' memory in the life of the process: made at the first call, closed at the end. LiveProcess+Fork has the rest.

import CShims
import Platform

/// What the header says of the process.
package struct LiveSettings {
  package var mode = SWIFTMALLOC_LIVE_PRODUCTION
  package var classSteps = 4
  package var purgeDelay = 500
  package var notesSizes = false

  package init() {}
}

/// All but `start` is for processes that count.
package enum LiveProcess {
  /// Whether others can see the counters.
  nonisolated(unsafe) package private(set) static var isPublished = false

  static var header: UnsafeMutablePointer<swiftmalloc_live_header> {
    swiftmalloc_live_header_now().unsafelyUnwrapped
  }

  /// Begins to count, before the first block is given out. Where the file cannot be made, a warning is printed and the
  /// counters are the process' own; without memory for them nothing is counted.
  package static func start(publishes: Bool, _ settings: LiveSettings) {
    map(publishes: publishes, at: nil)
    guard LiveCounts.isOn else { return }
    writeHeader(settings)
    for call in 0..<Int(SWIFTMALLOC_LIVE_CALLS.rawValue) {
      callCounts[call] = swiftmalloc_call_count(call)
    }
  }

  /// How often a system call was made since counts began (again).
  package static func callCount(_ call: Int) -> UInt64 { callCounts[call] }

  /// The table of system calls begins again.
  static func restartCallCounts() {
    for call in 0..<Int(SWIFTMALLOC_LIVE_CALLS.rawValue) { callCounts[call] = 0 }
  }

  private static var callCounts: UnsafeMutablePointer<UInt64> {
    (UnsafeMutableRawPointer(swiftmalloc_live_memory()) + Int(SWIFTMALLOC_LIVE_CALL_OFFSET))
      .assumingMemoryBound(to: UInt64.self)
  }

  /// Whether there is memory for counters, of zero bytes, at the place if one is given.
  @discardableResult
  static func map(publishes: Bool, at place: UnsafeMutableRawPointer?) -> Bool {
    var problem: Int32 = 0
    isPublished = false
    if publishes, let base = swiftmalloc_live_map(1, place, &problem) {
      swiftmalloc_set_live_memory(base)
      isPublished = true
      return true
    }
    let reason = problem
    guard let base = swiftmalloc_live_map(0, place, &problem) else {
      if place == nil { warn("no memory for counters: nothing is counted", problem) }
      return false
    }
    swiftmalloc_set_live_memory(base)
    if publishes { warn("cannot publish live counters in /dev/shm or /tmp", reason) }
    return true
  }

  // EPERM, by which swiftmalloc_live_map means a directory that others may write.
  private static var notOurs: Int32 { 1 }

  private static func warn(_ text: StaticString, _ problem: Int32) {
    var message = Message()
    message.head("WARNING")
    message.text(text)
    if problem == notOurs {
      message.text(": the directory swiftmalloc-")
      message.decimal(Int(swiftmalloc_user_id()))
      message.text(" there belongs to another user, or is open to others")
    } else {
      message.text(": ")
      message.error(Int(problem))
    }
    message.endLine()
  }

  private static func writeHeader(_ settings: LiveSettings) {
    var new = swiftmalloc_live_header()
    new.magic = SWIFTMALLOC_LIVE_MAGIC
    new.version = UInt32(SWIFTMALLOC_LIVE_VERSION)
    new.header_bytes = UInt32(MemoryLayout<swiftmalloc_live_header>.size)
    new.file_bytes = UInt64(SWIFTMALLOC_LIVE_FILE_BYTES)
    new.quantity_offset = UInt32(SWIFTMALLOC_LIVE_QUANTITY_OFFSET)
    new.quantity_count = SWIFTMALLOC_LIVE_QUANTITIES.rawValue
    new.call_offset = UInt32(SWIFTMALLOC_LIVE_CALL_OFFSET)
    new.call_count = SWIFTMALLOC_LIVE_CALLS.rawValue
    new.class_offset = UInt32(SWIFTMALLOC_LIVE_CLASS_OFFSET)
    new.class_count = UInt32(SWIFTMALLOC_LIVE_CLASSES)
    new.class_stride = UInt32(MemoryLayout<swiftmalloc_live_class_totals>.stride)
    new.small_class_count = UInt32(SWIFTMALLOC_LIVE_SMALL_CLASSES)
    new.arena_offset = UInt32(SWIFTMALLOC_LIVE_ARENA_OFFSET)
    new.arena_limit = UInt32(SWIFTMALLOC_LIVE_ARENAS)
    new.thread_offset = UInt64(SWIFTMALLOC_LIVE_THREAD_OFFSET)
    new.thread_limit = UInt32(SWIFTMALLOC_LIVE_THREADS)
    new.thread_stride = UInt32(SWIFTMALLOC_LIVE_THREAD_STRIDE)
    new.large_offset = UInt64(SWIFTMALLOC_LIVE_LARGE_OFFSET)
    new.large_limit = UInt32(SWIFTMALLOC_LIVE_LARGE_BLOCKS)
    new.large_stride = UInt32(MemoryLayout<swiftmalloc_live_large>.stride)
    new.slice_offset = UInt64(SWIFTMALLOC_LIVE_SLICE_OFFSET)
    new.size_offset = UInt64(SWIFTMALLOC_LIVE_SIZE_OFFSET)
    new.size_count = UInt64(SWIFTMALLOC_LIVE_SIZES)
    new.size_wanted = settings.notesSizes ? 1 : 0
    new.reset_offset = UInt64(SWIFTMALLOC_LIVE_RESET_OFFSET)
    new.reset_stride = UInt64(SWIFTMALLOC_LIVE_RESET_STRIDE)
    new.profile_offset = UInt64(SWIFTMALLOC_LIVE_PROFILE_OFFSET)
    new.heap_offset = UInt64(SWIFTMALLOC_LIVE_HEAP_OFFSET)
    new.heap_limit = UInt32(SWIFTMALLOC_LIVE_HEAPS)
    new.heap_stride = UInt32(MemoryLayout<swiftmalloc_live_heap>.stride)
    new.mode = settings.mode.rawValue
    new.class_steps = UInt32(settings.classSteps)
    new.purge_delay = Int64(settings.purgeDelay)
    new.page_size = UInt32(System.pageSize)
    header.pointee = new
    LiveLook.begin()
    // The name may not be known yet: `noteProgram` comes when it is.
    writeIdentity()
    header.pointee.state = SWIFTMALLOC_LIVE_RUNNING.rawValue
    LiveCounts.sharedRow.pointee.is_used = 1
  }

  static func writeIdentity() {
    let process = swiftmalloc_system_call(SWIFTMALLOC_CALL_GETPID, 0, 0, 0, 0, 0, 0)
    header.pointee.process_id = Int32(truncatingIfNeeded: process)
    header.pointee.user_id = swiftmalloc_user_id()
    header.pointee.started_realtime_ns = swiftmalloc_realtime_ns()
    header.pointee.started_boot_ns = swiftmalloc_boot_ns()
    header.pointee.mapped_at = UInt64(UInt(bitPattern: swiftmalloc_live_memory()))
    noteProgram()
  }

  /// Writes the program's name and the library's version.
  package static func noteProgram() {
    fill(&header.pointee.program, swiftmalloc_program_name())
    fill(&header.pointee.library_version, swiftmalloc_version())
  }

  private static func fill<Characters>(
    _ field: inout Characters, _ text: UnsafePointer<CChar>
  ) {
    withUnsafeMutableBytes(of: &field) { bytes in
      var index = 0
      while index < bytes.count - 1, text[index] != 0 {
        bytes[index] = UInt8(bitPattern: text[index])
        index += 1
      }
      bytes[index] = 0
    }
  }

  /// The process ends: the file says so for those who have it open, and goes. Not for a child of vfork, which has its
  /// parent's memory.
  package static func end() {
    guard isPublished,
      Int(header.pointee.process_id)
        == swiftmalloc_system_call(SWIFTMALLOC_CALL_GETPID, 0, 0, 0, 0, 0, 0)
    else { return }
    swiftmalloc_process_times(&header.pointee.user_time_ns, &header.pointee.system_time_ns)
    header.pointee.ended_boot_ns = swiftmalloc_boot_ns()
    header.pointee.state = SWIFTMALLOC_LIVE_ENDED.rawValue
    if swiftmalloc_live_remove() == 0 {
      isPublished = false
      swiftmalloc_live_empty()
    }
  }
}
