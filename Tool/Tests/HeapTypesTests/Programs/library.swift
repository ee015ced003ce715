// A library whose classes may get more fields without their heirs being compiled anew.

/// Has a field that heirs see, and one that they do not see.
open class Base {
  /// Seen.
  public var number = 1
  var hidden = "x"

  /// The only one.
  public init() {}
}

/// Is generic.
open class Holder<Value> {
  /// Of any size.
  public var value: Value

  /// The only one.
  public init(_ value: Value) { self.value = value }
}
