// Names of Swift's types by their metadata, which lies in the program, in the runtime's own memory or in the heap:
//
//   0x000 class  0x200 struct  0x201 enum  0x202 optional      descriptor, then the generic arguments
//   0x303 existential                                          the protocols
//   0x301 tuple  0x302 function                                are told as such: (…) and (…) -> …
//
// A type can contain itself through its arguments only when memory is damaged: depth and steps are bounded.

struct SwiftTypeNames {
  private static let deepest = 8
  private static let mostSteps = 200

  let memory: TypeMemory
  private var steps = 0

  init(_ memory: TypeMemory) { self.memory = memory }

  /// Appends what people call a block with the metadata of a class: `[App.Item] storage`.
  @inline(never)
  mutating func appendBlock(_ metadata: UInt, to text: inout TypeText) {
    guard let found = SwiftClass(metadata, memory) else { return appendUnknown(to: &text) }
    let context = found.context
    if context.isStandard("_ContiguousArrayStorage") {
      appendList(context, metadata, 0, "[", "", "] storage", to: &text)
    } else if context.isStandard("_DictionaryStorage") {
      appendList(context, metadata, 0, "[", ": ", "] storage", to: &text)
    } else if context.isStandard("_SetStorage") {
      appendList(context, metadata, 0, "Set<", "", "> storage", to: &text)
    } else if context.isStandard("__StringStorage") || context.isStandard("__SharedStringStorage") {
      text.append("String storage")
    } else {
      append(context, metadata, 0, to: &text)
    }
  }

  /// Appends the name of a type: `App.Outer<Int>.Inner<[String]>`; `_` for what is none.
  @inline(never)
  mutating func append(_ metadata: UInt, _ depth: Int = 0, to text: inout TypeText) {
    steps += 1
    guard steps < Self.mostSteps, depth < Self.deepest, let kind = memory.word(metadata) else {
      return appendUnknown(to: &text)
    }
    switch kind {
    case 0:
      guard let found = SwiftClass(metadata, memory) else { return appendUnknown(to: &text) }
      append(found.context, metadata, depth, to: &text)
    case 0x200, 0x201, 0x202:
      guard let descriptor = memory.word(metadata &+ 8),
        let context = SwiftContext(descriptor, memory), context.isWhole,
        context.kind == .struct || context.kind == .enum
      else { return appendUnknown(to: &text) }
      append(context, metadata, depth, to: &text)
    case 0x301: text.append("(…)")
    case 0x302: text.append("(…) -> …")
    case 0x303: appendExistential(metadata, depth, to: &text)
    default: appendUnknown(to: &text)
    }
  }

  @inline(never)
  private func appendUnknown(to text: inout TypeText) { text.append("_") }

  // MARK: Classes, structs and enums

  private typealias Arguments = InlineArray<32, UInt>

  /// Metadata of the generic arguments, 0 where it is no type or not there.
  @inline(never)
  private func arguments(_ context: SwiftContext, _ metadata: UInt) -> Arguments {
    var found = Arguments(repeating: 0)
    guard !context.hasPacks, var place = context.arguments(of: metadata) else { return found }
    for index in 0..<context.parameterCount {
      let parameter = context.parameter(index)
      if !parameter.hasArgument { continue }
      if parameter.isType { found[index] = memory.word(place) ?? 0 }
      place &+= 8
    }
    return found
  }

  /// Appends all arguments between two texts.
  @inline(never)
  private mutating func appendList(
    _ context: SwiftContext, _ metadata: UInt, _ depth: Int, _ start: StaticString,
    _ separator: StaticString, _ end: StaticString, to text: inout TypeText
  ) {
    let arguments = arguments(context, metadata)
    text.append(start)
    for index in 0..<context.parameterCount {
      if index > 0 { text.append(separator) }
      append(arguments[index], depth + 1, to: &text)
    }
    text.append(end)
  }

  @inline(never)
  private mutating func append(
    _ context: SwiftContext, _ metadata: UInt, _ depth: Int, to text: inout TypeText
  ) {
    if context.isStandard("Array") {
      return appendList(context, metadata, depth, "[", "", "]", to: &text)
    }
    if context.isStandard("Dictionary") {
      return appendList(context, metadata, depth, "[", ": ", "]", to: &text)
    }
    if context.isStandard("Optional") {
      return appendList(context, metadata, depth, "", "", "?", to: &text)
    }
    appendLevels(context, arguments(context, metadata), depth, to: &text)
  }

  /// Appends the module, unless it is the standard library, and all types down to this one, each with its own arguments.
  @inline(never)
  private mutating func appendLevels(
    _ context: SwiftContext, _ arguments: Arguments, _ depth: Int, to text: inout TypeText
  ) {
    var levels = InlineArray<24, UInt>(repeating: 0)
    var count = 0
    var next: SwiftContext? = context
    while let level = next, count < SwiftContext.mostLevels {
      if level.kind != .extension, level.kind != .anonymous {
        levels[count] = level.address
        count += 1
      }
      next = level.parent
    }
    var used = 0
    var isFirst = true
    for index in (0..<count).reversed() {
      guard let level = SwiftContext(levels[index], memory), let name = level.name else { continue }
      if level.kind == .module, memory.isText(name, "Swift") || memory.isText(name, "__C") {
        continue
      }
      if !isFirst { text.append(".") }
      isFirst = false
      text.append(at: name, memory)
      let end = level.parameterCount
      if used >= end || level.hasPacks { continue }
      for index in used..<end {
        text.append(index == used ? "<" : ", ")
        append(arguments[index], depth + 1, to: &text)
      }
      text.append(">")
      used = end
    }
  }

  // MARK: Other types

  @inline(never)
  private mutating func appendExistential(_ metadata: UInt, _ depth: Int, to text: inout TypeText) {
    let flags = memory.half(metadata &+ 8) ?? 0
    let count = UInt(min(memory.half(metadata &+ 12) ?? 0, 8))
    // A superclass comes first.
    let place = metadata &+ (flags & 0x4000_0000 != 0 ? 24 : 16)
    if count == 0 { return text.append(flags & 0x8000_0000 != 0 ? "Any" : "AnyObject") }
    text.append("any ")
    for index in 0..<count {
      if index > 0 { text.append(" & ") }
      guard let descriptor = memory.word(place &+ index &* 8),
        let context = SwiftContext(descriptor, memory), context.isWhole
      else {
        appendUnknown(to: &text)
        continue
      }
      appendLevels(context, Arguments(repeating: 0), depth, to: &text)
    }
  }
}
