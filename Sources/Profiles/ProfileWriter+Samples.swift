// A sample of profile.proto is a place that allocates: its stack, the four values, and the labels
// that tell it from others.

import Traces

extension ProfileWriter {
  mutating func writeSamples() {
    writeNames()
    for number in 1..<max(siteLimit, 1) {
      let site = sites + number
      // A site that was dropped, or that nothing is known of.
      if site.pointee.trace == 0 || site.pointee.allocated + site.pointee.live == 0 { continue }
      var isWhole = true
      StackDepot.eachNumber(site.pointee.trace) {
        if $0 >= locationLimit { isWhole = false } else { isUsed[Int($0)] = true }
      }
      // An address that came after the copy was made.
      if isWhole { writeSample(site, number) }
    }
  }

  private mutating func writeNames() {
    for number in 1..<max(siteLimit, 1) {
      if sites[number].trace == 0 { continue }
      writeName(sites[number].thread)
      if sites[number].heap != Names.none { writeName(sites[number].heap) }
    }
  }

  private mutating func writeName(_ number: UInt32) {
    if names[Int(number)] != 0 { return }
    var text = ShortText()
    ProfileSampler.profile.names.withName(number) { text.append($0, $1) }
    names[Int(number)] = string(text)
  }

  private mutating func writeSample(_ site: UnsafeMutablePointer<Site>, _ number: Int) {
    let thread = names[Int(site.pointee.thread)]
    let isOfProcess = site.pointee.heap == Names.none
    let heap = isOfProcess ? Word.process.rawValue : names[Int(site.pointee.heap)]
    let byteCount = Double(site.pointee.byteCount)
    // Not by rounded(), which is a function of the mathematical library.
    func whole(_ value: Double) -> UInt64 { UInt64(max(0, min(value, 0x1p62)) + 0.5) }
    let resident = resident.map { whole($0.ofSite(number)) }
    field(2) { sample in
      StackDepot.eachNumber(site.pointee.trace) { sample.element(1, UInt64($0)) }
      if let resident { sample.element(2, resident) }
      sample.element(2, whole(site.pointee.allocated))
      sample.element(2, whole(site.pointee.allocated * byteCount))
      sample.element(2, whole(site.pointee.live))
      sample.element(2, whole(site.pointee.live * byteCount))
      sample.message(3) {
        $0.number(1, Word.bytes.rawValue)
        $0.number(3, UInt64(site.pointee.byteCount))
        $0.number(4, Word.bytes.rawValue)
      }
      sample.message(3) {
        $0.number(1, Word.thread.rawValue)
        $0.number(2, thread)
      }
      sample.message(3) {
        $0.number(1, Word.heap.rawValue)
        $0.number(2, heap)
      }
    }
  }
}
