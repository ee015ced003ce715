// What waits for memory: the last sixteen, the oldest of which comes out when another one comes in. By then its memory has
// arrived.

package struct Ring<Element> {
  private var elements: InlineArray<16, Element>
  private var next = 0
  private var count = 0

  /// An empty one; `element` stands in its places.
  package init(filledWith element: Element) { elements = InlineArray(repeating: element) }

  /// Takes an element; gives the oldest one when it is full.
  @inline(__always)
  package mutating func exchange(_ element: Element) -> Element? {
    let place = next & 15
    let oldest = elements[place]
    elements[place] = element
    next = place &+ 1
    if count == 16 { return oldest }
    count &+= 1
    return nil
  }

  /// Gives the oldest one; nil when it is empty.
  @inline(__always)
  package mutating func take() -> Element? {
    if count == 0 { return nil }
    count &-= 1
    return elements[(next &- count &- 1) & 15]
  }
}
