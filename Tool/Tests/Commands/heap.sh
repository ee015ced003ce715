# Sourced by run.sh: swiftmallocctl types, graph, why, cycles, snapshot and diff. Programs with known objects are read while they run.

cat >"$area/sessions.swift" <<'SWIFT'
import Glibc
final class Handler {
  var owner: Session?
}
final class Session {
  var delegate: Handler?
  var onClose: (() -> Void)?
  unowned var app: App
  init(_ app: App) { self.app = app }
  func start() { onClose = { self.stop() } }
  func stop() {}
}
final class Node<Value> {
  var value: Value
  var next: Node<Value>?
  init(_ value: Value) { self.value = value }
}
final class App {
  var sessions: [Session] = []
  var list: Node<Int>?
}
let app = App()
@inline(never) func lose() {
  for _ in 0..<10 { Session(app).start() }
  for _ in 0..<5 {
    let session = Session(app)
    session.delegate = Handler()
    session.delegate!.owner = session
  }
}
@inline(never) func fill() {
  // Held by the app, and it holds the app by a reference that does not own.
  for _ in 0..<100 { app.sessions.append(Session(app)) }
  for number in 0..<1000 {
    let node = Node(number)
    node.next = app.list
    app.list = node
  }
}
// What calls left on the stack may still lead to objects.
@inline(never) func overwriteStack() {
  withUnsafeTemporaryAllocation(byteCount: 16384, alignment: 16) { _ = memset($0.baseAddress!, 0, 16384) }
}
fill()
lose()
overwriteStack()
print("ready")
fflush(stdout)
_ = getchar()
for _ in 0..<7 { app.sessions.append(Session(app)) }
print("more")
fflush(stdout)
while true { pause() }
SWIFT
swiftc -Onone -o "$area/sessions" "$area/sessions.swift" || exit 2
strip -o "$area/stripped" "$area/sessions"
cat >"$area/shapes.cpp" <<'CXX'
#include <cstdio>
#include <cstdlib>
#include <unistd.h>
#include <vector>
namespace shapes {
struct Shape { virtual ~Shape() {} int corners = 0; };
struct Circle : Shape { double radius = 1; };
struct Square : Shape { double side[4] = {}; };
}
static std::vector<shapes::Shape *> all;
int main() {
  for (int i = 0; i < 300; i++) all.push_back(i % 3 ? (shapes::Shape *)new shapes::Circle : new shapes::Square);
  puts("ready");
  fflush(stdout);
  for (;;) pause();
}
CXX
g++ -O1 -o "$area/shapes" "$area/shapes.cpp" || exit 2

# starts PROGRAM [K=V…]: runs it with the library, as $process, until it says that it is ready.
starts() {
  rm -f "$area/to" && mkfifo "$area/to"
  env "${@:2}" LD_PRELOAD="$PWD/dist/libswiftmalloc.so" "$area/$1" <"$area/to" >"$area/says" &
  process=$!
  started+=("$process")
  exec 7>"$area/to"
  says ready
}
says() {
  local round
  for ((round = 0; round < 300; round++)); do
    grep -q "$1" "$area/says" && return 0
    sleep 0.1
  done
  echo "the program does not say $1"
  return 1
}

types_of() {
  ends 0 types "$process" --rows 1000 &&
    prints '^process [0-9]+: [0-9,]+ blocks, [0-9.]+ [KM]iB$' '^ *count +bytes +share +mean +type +kind$' \
      '^ *1,000 +[0-9.]+ KiB +[0-9.]+% +[0-9]+ B +sessions\.Node<Int> +swift class$' \
      '^ *115 +[0-9.]+ KiB +[0-9.]+% +[0-9]+ B +sessions\.Session +swift class$' \
      '^ *5 +[0-9]+ B .* sessions\.Handler +swift class$' '^ *1 +[0-9]+ B .* sessions\.App +swift class$' \
      '^the process stood still for [0-9]+\.[0-9] ms$'
}
swift_types() { starts sessions && types_of; }
check "types of a Swift program that runs" swift_types
# Its module is called as before.
stripped_types() { starts stripped && types_of; }
check "types of a stripped Swift program" stripped_types
starts sessions || exit 2

types_json() {
  ends 0 types "$process" --json && python3 - "$output" <<'PY'
import json, sys
rows = {row["type"]: row for row in json.load(open(sys.argv[1]))["types"]}
assert rows["sessions.Session"]["count"] == 115, rows["sessions.Session"]
assert rows["sessions.Node<Int>"]["language"] == "swift" and rows["sessions.Node<Int>"]["kind"] == "class"
assert rows["sessions.Node<Int>"]["bytes"] == 1000 * 32
PY
}
check "types as JSON" types_json
types_csv() { ends 0 types "$process" --csv && prints '^count,bytes,type,language,kind' '^1000,32000,sessions.Node<Int>,swift,class'; }
check "types as CSV" types_csv
retained() {
  ends 0 graph "$process" &&
    prints 'blocks?, .* pointers?, [0-9]+ roots?$' '^nothing leads to (2[0-9]|3[0-9]) blocks' \
      '^ *retained +share +own +count +type$' '^[0-9.]+ KiB +[0-9.]+% +[0-9]+ B +1 +sessions\.App$'
}
check "graph: the app retains what it holds" retained
cycles() {
  ends 0 cycles "$process" &&
    prints '^process [0-9]+: 1[345] retain cycles that nothing else holds' \
      '^retain cycle: sessions\.Handler\.owner → sessions\.Session\.delegate → sessions\.Handler$' \
      '^retain cycle: sessions\.Session\.onClose\+8 → sessions\.Session$' && lacks 'sessions\.App'
}
check "cycles: a delegate and a closure, and no unowned reference" cycles
why() {
  ends 0 why "$process" sessions.App && prints '^global sessions\.app : sessions\.App$' '^  → sessions\.App 0x[0-9a-f]+ of [0-9]+ B$' &&
    ends 0 why "$process" sessions.Handler && prints '^nothing leads to 5 blocks of sessions.Handler: the program has lost it$' &&
    ends 0 why "$process" 'sessions.Node<Int>' --rows 1 --json && python3 -c '
import json, sys
path = json.load(open(sys.argv[1]))["paths"][0]
assert path["blocks"][-1]["type"] == "sessions.Node<Int>" and path["blocks"][-2]["type"] == "sessions.App"' "$output"
}
check "why: the way from a variable" why
cat >"$area/owners.swift" <<'SWIFT'
import Glibc
protocol Value {}
protocol Listener: AnyObject {}
struct Up: Value { unowned var parent: Parent }
enum Link { case none, up(Up) }
enum Owner { case none, up(Parent) }
struct Wrapped<T> { var value: T }
class Kid {}
final class Parent: Listener { var kid: Kid? }
final class Generic<T>: Kid { var value: T?; init(_ value: T) { self.value = value } }
final class EnumKid: Kid { var link = Link.none; init(_ parent: Parent) { link = .up(Up(parent: parent)) } }
final class AnyKid: Kid { var value: any Value; init(_ parent: Parent) { value = Up(parent: parent) } }
final class WrappedKid: Kid { var value: Wrapped<Up?>; init(_ parent: Parent) { value = Wrapped(value: Up(parent: parent)) } }
final class PointerKid: Kid { var value: Wrapped<UnsafeRawPointer>; init(_ parent: Parent) { value = Wrapped(value: Unmanaged.passUnretained(parent).toOpaque()) } }
final class NumberKid: Kid { var number: Int; init(_ parent: Parent) { number = Int(bitPattern: Unmanaged.passUnretained(parent).toOpaque()) } }
final class TupleKid: Kid { var value: (Int, Up)?; init(_ parent: Parent) { value = (1, Up(parent: parent)) } }
final class OwningEnumKid: Kid { var link = Owner.none; init(_ parent: Parent) { link = .up(parent) } }
final class ListenerKid: Kid { var listener: (any Listener)?; init(_ parent: Parent) { listener = parent } }
final class ObjectKid: Kid { var object: AnyObject?; init(_ parent: Parent) { object = parent } }
final class ResultKid: Kid { var result: Result<Parent, any Error>?; init(_ parent: Parent) { result = .success(parent) } }
final class WrappingKid: Kid { var value: Wrapped<Parent?>; init(_ parent: Parent) { value = Wrapped(value: parent) } }
@inline(never) func lose(_ make: (Parent) -> Kid, isHeldElsewhere: Bool) {
  for _ in 0..<5 {
    let parent = Parent()
    parent.kid = make(parent)
    // Whoever leaks it so keeps it alone: the kid is none that holds it.
    if isHeldElsewhere { _ = Unmanaged.passRetained(parent) }
  }
}
for make in [{ EnumKid($0) }, { AnyKid($0) }, { WrappedKid($0) }, { PointerKid($0) }, { TupleKid($0) }, { NumberKid($0) }, { Generic([Up(parent: $0)]) },
  { Generic([1: Up(parent: $0)]) }, { Generic(Up(parent: $0)) }] as [(Parent) -> Kid] { lose(make, isHeldElsewhere: true) }
for make in [{ OwningEnumKid($0) }, { ListenerKid($0) }, { WrappingKid($0) }, { ResultKid($0) }, { ObjectKid($0) }, { Generic([$0]) }, { Generic([1: $0]) }, { Generic($0) }] as [(Parent) -> Kid] {
  lose(make, isHeldElsewhere: false)
}
@inline(never) func wait() async { try? await Task.sleep(nanoseconds: 1_000_000_000_000) }
for _ in 0..<4 { Task.detached { await wait() } }
usleep(200_000)
withUnsafeTemporaryAllocation(byteCount: 16384, alignment: 16) { _ = memset($0.baseAddress!, 0, 16384) }
print("ready")
fflush(stdout)
while true { pause() }
SWIFT
swiftc -Onone -o "$area/owners" "$area/owners.swift" || exit 2
snapshots() {
  ends 0 snapshot "$process" -o "$area/early.heap" && prints 'blocks, .* of process [0-9]+$' &&
    ends 0 types "$area/early.heap" && prints 'sessions\.Session' &&
    ends 0 cycles "$area/early.heap" && prints 'sessions\.Handler' &&
    ends 0 why "$area/early.heap" sessions.App && prints '^global sessions\.app' || return 1
  echo >&7
  says more &&
    ends 0 types "$process" --since "$area/early.heap" && prints '^ *\+7 +\+[0-9]+ B +sessions\.Session +swift class$' &&
    ends 0 snapshot "$process" -o "$area/late.heap" &&
    ends 0 diff "$area/early.heap" "$area/late.heap" && prints '^ *\+7 .*sessions\.Session' && lacks 'sessions\.Node' &&
    ends 0 types "$process" --diff 0.1 && lacks 'sessions\.'
}
check "snapshots: offline, and what grew" snapshots
exec 7>&-
cxx_types() {
  starts shapes && ends 0 types "$process" &&
    prints '^ *200 +.* shapes::Circle +c\+\+ vtable object$' '^ *100 +.* shapes::Square +c\+\+ vtable object$'
}
check "types of a C++ program" cxx_types
# What may refer without owning makes a possible cycle, and what owns a cycle.
possible_cycles() {
  local kind
  starts owners || return 1
  ends 0 cycles "$process" --rows 100 && prints '^process [0-9]+: [234][0-9] retain cycles and [34][0-9] possible retain cycles that nothing else holds' || return 1
  for kind in EnumKid.link AnyKid.value WrappedKid.value PointerKid.value NumberKid.number TupleKid.value 'Generic<[owners.Up]>.value' 'Generic<[Int: owners.Up]>.value' \
    'Generic<owners.Up>.value'; do
    grep -F "owners.$kind" "$output" | grep -q '^possible retain cycle: .*(may hold)' || { echo "no possible cycle by $kind"; return 1; }
    ! grep -F "owners.$kind" "$output" | grep -q '^retain cycle' || { echo "a cycle by $kind"; return 1; }
  done
  for kind in OwningEnumKid.link ListenerKid.listener WrappingKid.value ResultKid.result ObjectKid.object 'Generic<[owners.Parent]>.value' 'Generic<[Int: owners.Parent]>.value' 'Generic<owners.Parent>.value'; do
    grep -F "owners.$kind" "$output" | grep -q '^retain cycle: ' || { echo "no cycle by $kind"; return 1; }
  done
  ends 0 cycles "$process" --json && python3 -c '
import json, sys
heap = json.load(open(sys.argv[1]))
assert 34 <= heap["possibleCycles"] <= 45, heap["possibleCycles"]
assert all(group["isCertain"] == ("(may hold)" not in group["cycle"]) for group in heap["groups"])' "$output" &&
    ends 0 snapshot "$process" -o "$area/owners.heap" && ends 0 cycles "$area/owners.heap" && prints ': [234][0-9] retain cycles and [34][0-9] possible'
}
check "cycles: unowned references in enums, generic types and collections make possible ones" possible_cycles
task_memory() { within 60 has_task_memory; }
has_task_memory() { ends 0 types "$process" --rows 100 && prints '^ *[48] +.* Task +swift task$' '^ *[4-9] +.* Task memory +swift task$'; }
check "types: memory of tasks" task_memory
refused() {
  ends 1 types 1999999999 && prints '^swiftmallocctl: there is no process 1999999999$' || return 1
  sleep 60 &
  started+=($!)
  ends 1 types $! && prints '^swiftmallocctl: process [0-9]+ cannot be looked into: ' || return 1
  starts shapes SWIFTMALLOC_DEBUG=1 && ends 1 types "$process" && prints 'SWIFTMALLOC_DEBUG, whose heap is not read from outside' &&
    ends 1 types "$area/shapes.cpp" && prints 'shapes.cpp is no snapshot, or damaged: it is not compressed by gzip$' &&
    ends 1 why "$area/early.heap" no.Such && prints 'has no object of type no.Such: ' &&
    ends 1 why "$area/early.heap" 0x10 && prints 'no live block of .* holds 0x10$' &&
    ends 64 types 4711 --diff 0 && ends 64 types x.heap --diff 5 && ends 64 types 4711 --rows 0
}
check "heaps that cannot be read are named" refused
