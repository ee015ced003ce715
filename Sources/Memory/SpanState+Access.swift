// A state's fields by its address, as nobody holds a state by value.

extension UnsafeMutablePointer where Pointee == SpanState {
  @inline(__always)
  package var record: UnsafeMutablePointer<SpanRecord> { pointee.record }

  @inlinable @inline(__always)
  package var blockSize: UInt { pointee.blockSize }

  @inline(__always)
  package var maker: UInt {
    get { pointee.maker }
    nonmutating set { pointee.maker = newValue }
  }

  @inline(__always)
  package var list: SpanList {
    get { pointee.list }
    nonmutating set { pointee.list = newValue }
  }

  @inline(__always)
  package var listFlag: ListFlag {
    get { pointee.listFlag }
    nonmutating set { pointee.listFlag = newValue }
  }

  @inline(__always)
  package var countdown: Int16 {
    get { pointee.countdown }
    nonmutating set { pointee.countdown = newValue }
  }

  @inline(__always)
  package var liveCount: Int16 {
    get { pointee.liveCount }
    nonmutating set { pointee.liveCount = newValue }
  }

  @inline(__always)
  package var next: Self? {
    get { pointee.next }
    nonmutating set { pointee.next = newValue }
  }

  @inline(__always)
  package var previous: Self? {
    get { pointee.previous }
    nonmutating set { pointee.previous = newValue }
  }
}
