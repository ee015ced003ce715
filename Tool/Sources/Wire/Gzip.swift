// The gzip around a profile and a snapshot (RFC 1952). profile.proto says that files are compressed so; some writers leave
// it out, and readers take both.

import CZlib
import Glibc

/// Compresses and decompresses.
package enum Gzip {
  /// No file is longer than this when it is decompressed: a few bytes can say a gigabyte of zeros.
  package static let greatestBytes = 256 << 20

  // A window of 32 KiB, with gzip's header and sum.
  private static let windowBits: Int32 = 15 + 16
  private static let streamBytes = Int32(MemoryLayout<z_stream>.size)

  /// Whether bytes begin as gzip does.
  package static func isCompressed(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0x1f, 0x8b]) }

  /// The bytes that were compressed; of several parts one behind the other, all. Throws FormatError.
  package static func decompressed(
    _ bytes: [UInt8], limit: Int = greatestBytes
  ) throws(FormatError) -> [UInt8] {
    var stream = z_stream()
    guard inflateInit2_(&stream, windowBits, ZLIB_VERSION, streamBytes) == Z_OK else {
      throw FormatError("cannot be decompressed: there is no memory for it")
    }
    defer { inflateEnd(&stream) }
    var source = bytes
    var result: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 18)
    var status = Z_OK
    var isTooLong = false
    source.withUnsafeMutableBufferPointer { input in
      stream.next_in = input.baseAddress
      stream.avail_in = uInt(input.count)
      while status == Z_OK {
        let count = chunk.withUnsafeMutableBufferPointer { output in
          stream.next_out = output.baseAddress
          stream.avail_out = uInt(output.count)
          status = inflate(&stream, Z_NO_FLUSH)
          return output.count - Int(stream.avail_out)
        }
        result += chunk[..<count]
        if result.count > limit {
          isTooLong = true
          return
        }
        // Another part may follow; what is no gzip behind the last one is none of ours.
        if status == Z_STREAM_END, stream.avail_in > 1, stream.next_in[0] == 0x1f,
          stream.next_in[1] == 0x8b
        {
          status = inflateReset(&stream)
        }
      }
    }
    if isTooLong {
      throw FormatError("is longer than \(limit >> 20) MiB when it is decompressed")
    }
    switch status {
    case Z_STREAM_END: return result
    case Z_BUF_ERROR: throw FormatError("is cut: its compressed data has no end")
    default: throw FormatError("is damaged: its compressed data cannot be decompressed")
    }
  }

  /// One gzip part.
  package static func compressed(_ bytes: [UInt8]) -> [UInt8] {
    var stream = z_stream()
    let level: Int32 = 6
    let memory: Int32 = 8
    let answer = deflateInit2_(
      &stream, level, Z_DEFLATED, windowBits, memory, Z_DEFAULT_STRATEGY, ZLIB_VERSION, streamBytes)
    // It has no other reason than that there is no memory, which ends the program elsewhere, too.
    precondition(answer == Z_OK, "no memory to compress")
    defer { deflateEnd(&stream) }
    var source = bytes
    let bound = Int(deflateBound(&stream, uLong(bytes.count)))
    return source.withUnsafeMutableBufferPointer { input in
      [UInt8](unsafeUninitializedCapacity: bound) { output, count in
        stream.next_in = input.baseAddress
        stream.avail_in = uInt(input.count)
        stream.next_out = output.baseAddress
        stream.avail_out = uInt(output.count)
        _ = deflate(&stream, Z_FINISH)
        count = Int(stream.total_out)
      }
    }
  }
}
