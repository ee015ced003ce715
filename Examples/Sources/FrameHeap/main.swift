// A heap for one frame of a game: particles, paths and texts of a frame are made without a thought of their end.
// prints: 600 frames, 4096 bytes at most

import SwiftMalloc

struct Particle {
  var position: SIMD4<Float>
  var life: Int
}

let frameHeap = try Heap<Bump>(name: "frame", limit: 16 << 20)
var longest = 0
for frame in 0..<600 {
  let particles = frameHeap.allocateBuffer(of: Particle.self, count: frame % 128 + 1)!
  particles.initialize(repeating: Particle(position: .zero, life: frame))
  var bytes = 0
  frameHeap.forEachBlock { _, byteCount in bytes += byteCount }
  longest = max(longest, bytes / 32 * 32)
  // The next frame has the same memory.
  frameHeap.deallocateAll()
}
print("600 frames, \(longest) bytes at most")
