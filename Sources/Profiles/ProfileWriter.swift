// Writes a profile, message by message, from a copy of what is known at one moment: the program goes on meanwhile.
//
//   strings                          each before the message that names it
//   head, comments                   what the samples count, and what is known exactly
//   samples                          ProfileWriter+Samples
//   mappings, functions, locations   ProfileWriter+Code

import CShims
import Platform
import Traces

/// A copy of what the profile knows, and the file.
struct ProfileWriter: ~Copyable {
  private let memory: UInt
  private let memoryByteCount: Int
  var file: GzipFile
  /// For one message of the profile.
  let scratch: UnsafeMutablePointer<UInt8>
  let sites: UnsafeMutablePointer<Site>
  let siteLimit: Int
  /// Whether a location is in a stack that was written.
  let isUsed: UnsafeMutablePointer<Bool>
  let locationLimit: UInt32
  var mappings: ProfileMappings
  var passing = PassingNumbers()
  // Strings so far; the first is empty.
  private var stringCount: UInt64 = 0
  private let moment: ProfileSampler.Moment
  /// Numbers of the strings that name threads and heaps.
  let names: UnsafeMutablePointer<UInt64>
  /// Nil when it is not asked for, and of a moment that is over.
  private(set) var resident: ResidentSamples?
  private let totals: (live: Double, bytes: Double, samples: Int, dropped: Int)
  private let droppedSites: DroppedSites

  private static let scratchByteCount = 16384

  init?(_ path: UnsafePointer<CChar>, _ moment: ProfileSampler.Moment) {
    // Sites and return addresses may come meanwhile: room for more.
    let siteRoom = Int(ProfileSampler.profile.sites.numberLimit) + 4096
    let locationRoom = Int(ReturnAddresses.numberLimit) + 65536
    let nameRoom = Int(ProfileSampler.profile.names.numberLimit) + 256
    let mappingBytes = ProfileMappings.limit * MemoryLayout<ProfileMapping>.stride
    var sampleRoom = 0
    if case .now = moment, ProfileSampler.tellsResident {
      sampleRoom = Int(ProfileSampler.profile.samples.numberLimit) + 4096
    }
    let residentBytes =
      sampleRoom == 0 ? 0 : sampleRoom * MemoryLayout<Sample>.stride + siteRoom * 8
    let byteCount =
      residentBytes + GzipFile.bufferByteCount + Self.scratchByteCount + mappingBytes
      + siteRoom * MemoryLayout<Site>.stride + nameRoom * 8 + locationRoom
    memoryByteCount = System.roundUpToPage(byteCount)
    guard let memory = ProfileReserve.allocate(byteCount: memoryByteCount) else { return nil }
    self.memory = memory
    self.moment = moment
    var place = UnsafeMutableRawPointer(bitPattern: memory).unsafelyUnwrapped
    func part<Element>(_ byteCount: Int) -> UnsafeMutablePointer<Element> {
      let start = place.assumingMemoryBound(to: Element.self)
      place += byteCount
      return start
    }
    file = GzipFile(path, buffer: part(GzipFile.bufferByteCount))
    scratch = part(Self.scratchByteCount)
    mappings = ProfileMappings(part(mappingBytes))
    sites = part(siteRoom * MemoryLayout<Site>.stride)
    names = part(nameRoom * 8)
    if sampleRoom > 0 {
      resident = ResidentSamples(
        samples: part(sampleRoom * MemoryLayout<Sample>.stride), limit: sampleRoom,
        bytes: part(siteRoom * 8))
    }
    isUsed = part(locationRoom)
    // All at one moment, as far as there is room. In a handler that interrupted a sample the lock
    // may be held by this very thread. Then what the sample was just changing may be wrong by that
    // one block; nothing moves. Of sites that are dropped meanwhile the copies have the stacks.
    StackDepot.beginReading()
    let patience = Lock.patience
    let isInside = ThreadFlags.current & ThreadFlags.isTracing != 0
    ThreadFlags.insert(ThreadFlags.isTracing)
    let isLocked = ProfileSampler.lock.lock(milliseconds: patience)
    siteLimit = min(Int(ProfileSampler.profile.sites.numberLimit), siteRoom)
    for number in 1..<max(siteLimit, 1) {
      var site = ProfileSampler.profile.sites[UInt32(number)].pointee
      if case .peak = moment {
        site.live = ProfileSampler.profile.blocksAtPeak(UInt32(number))
      }
      (sites + number).initialize(to: site)
    }
    // The list of samples may be just changing.
    if isLocked { resident?.take(ProfileSampler.profile.samples) } else { resident = nil }
    totals = (
      ProfileSampler.profile.liveBlocks, ProfileSampler.profile.liveBytes,
      ProfileSampler.profile.sampleCount, ProfileSampler.profile.droppedCount
    )
    droppedSites = ProfileSampler.profile.dropped
    if isLocked { ProfileSampler.lock.unlock() }
    if !isInside { ThreadFlags.remove(ThreadFlags.isTracing) }
    resident?.measure(sites, siteLimit: siteLimit)
    locationLimit = min(ReturnAddresses.numberLimit, UInt32(locationRoom))
  }

  /// Ends the file; the error, or 0.
  mutating func finish() -> Int {
    StackDepot.endReading()
    let error = file.finish()
    _ = SystemMemory.release(memory, byteCount: memoryByteCount)
    ProfileReserve.keep()
    return error
  }

  // MARK: Messages

  // Writes the field of the profile whose message `body` makes.
  mutating func field(_ field: UInt64, _ body: (inout ProtoMessage) -> Void) {
    // The head, of 11 bytes at most, stands before the message.
    let room = 16
    var message = ProtoMessage(scratch + room, limit: Self.scratchByteCount - room)
    body(&message)
    var head = ProtoMessage(scratch, limit: room)
    head.head(field, byteCount: message.count)
    file.write(scratch, head.count)
    file.write(scratch + room, message.count)
  }

  private mutating func number(_ field: UInt64, _ value: UInt64) {
    var message = ProtoMessage(scratch, limit: Self.scratchByteCount)
    message.element(field, value)
    file.write(scratch, message.count)
  }

  mutating func string(_ bytes: UnsafePointer<UInt8>, _ byteCount: Int) -> UInt64 {
    var message = ProtoMessage(scratch, limit: Self.scratchByteCount)
    message.bytes(6, bytes, min(byteCount, 8192))
    file.write(scratch, message.count)
    stringCount += 1
    return stringCount - 1
  }

  mutating func string(_ text: StaticString) -> UInt64 {
    string(text.utf8Start, text.utf8CodeUnitCount)
  }

  mutating func string(_ text: ShortText) -> UInt64 {
    withUnsafePointer(to: text.bytes) {
      string(UnsafeRawPointer($0).assumingMemoryBound(to: UInt8.self), text.count)
    }
  }

  // Numbers of the strings that stand first.
  enum Word: UInt64 {
    // A reader (flameshow 1.1) takes the number of the default's name for its place among the sample types.
    case none, allocatedObjects, allocatedBytes, liveBytes, liveObjects
    case count, bytes, space, thread, heap, process, residentBytes
  }

  mutating func writeHead(_ facts: ProfileFacts?) {
    _ = string("")
    _ = string("alloc_objects")
    _ = string("alloc_space")
    _ = string("inuse_space")
    _ = string("inuse_objects")
    _ = string("count")
    _ = string("bytes")
    _ = string("space")
    _ = string("thread")
    _ = string("heap")
    _ = string("process")
    _ = string("resident_space")
    // Before the others: readers take the last type where nothing is said.
    if resident != nil { valueType(1, .residentBytes, .bytes) }
    valueType(1, .allocatedObjects, .count)
    valueType(1, .allocatedBytes, .bytes)
    valueType(1, .liveObjects, .count)
    valueType(1, .liveBytes, .bytes)
    valueType(11, .space, .bytes)
    number(12, UInt64(ProfileClock.interval))
    number(9, swiftmalloc_realtime_ns())
    number(10, ProfileClock.duration)
    number(14, Word.liveBytes.rawValue)
    writeComments(facts)
  }

  private mutating func valueType(_ field: UInt64, _ kind: Word, _ unit: Word) {
    self.field(field) {
      $0.number(1, kind.rawValue)
      $0.number(2, unit.rawValue)
    }
  }

  private mutating func writeComments(_ facts: ProfileFacts?) {
    var isPeak = false
    if case .peak = moment { isPeak = true }
    if isPeak {
      comment("in use: when most bytes were, by the samples")
    } else {
      if let facts {
        comment("exact bytes in use, with the rounding to size classes: ", facts.liveBytes)
        comment("exact blocks in use: ", facts.liveBlocks)
        comment("bytes that the heap has of the system: ", facts.committedBytes)
      } else {
        comment("written by a signal handler inside of malloc: what is in use is not known exactly")
      }
      comment("estimated bytes in use: ", whole(totals.bytes))
      comment("estimated blocks in use: ", whole(totals.live))
    }
    comment("samples: ", totals.samples)
    comment("samples that there was no room for: ", totals.dropped)
    if droppedSites.blocks == 0 { return }
    comment("bytes allocated by places that were dropped: ", whole(droppedSites.bytes))
    comment("blocks allocated by places that were dropped: ", whole(droppedSites.blocks))
    if isPeak {
      comment("bytes in use of places that were dropped: ", whole(droppedSites.peakBytes))
    }
  }

  private func whole(_ value: Double) -> Int { Int(max(0, min(value, 0x1p62))) }

  private mutating func comment(_ text: StaticString, _ value: Int? = nil) {
    var line = ShortText()
    line.append(text)
    if let value { line.append(decimal: UInt(bitPattern: value)) }
    let index = string(line)
    number(13, index)
  }
}
