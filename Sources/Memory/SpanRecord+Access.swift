// A record's fields by its address, as nobody holds a record by value. All but `owner`: an atomic is no computed value.

extension UnsafeMutablePointer where Pointee == SpanRecord {
  @inline(__always)
  package var kind: SpanKind {
    get { pointee.kind }
    nonmutating set { pointee.kind = newValue }
  }

  @inline(__always)
  package var start: UInt {
    get { pointee.start }
    nonmutating set { pointee.start = newValue }
  }

  @inline(__always)
  package var byteCount: Int {
    get { pointee.byteCount }
    nonmutating set { pointee.byteCount = newValue }
  }

  @inlinable @inline(__always)
  package var state: UnsafeMutablePointer<SpanState>? {
    get { pointee.state }
    nonmutating set { pointee.state = newValue }
  }

  @inline(__always)
  package var blockSize: UInt32 { pointee.blockSize }
  @inline(__always)
  package var sizeClass: UInt8 { pointee.sizeClass }
  @inline(__always)
  package var lead: UInt16 { pointee.lead }
  @inlinable @inline(__always)
  package var reciprocal: UInt32 { pointee.reciprocal }

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

  package var gonePages: UInt16 {
    get { pointee.gonePages }
    nonmutating set { pointee.gonePages = newValue }
  }

  package var idlePages: UInt16 {
    get { pointee.idlePages }
    nonmutating set { pointee.idlePages = newValue }
  }
}
