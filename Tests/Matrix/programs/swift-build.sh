# title: swift build: a package of two targets; its Foundation program: JSON, Dispatch, async tasks, actors
# needs:
# command: swift
# shellcheck shell=bash
# shellcheck source=/dev/null
. "$MATRIX_LIB"
mkdir -p package/Sources/Core package/Sources/Program
cat >package/Package.swift <<'SWIFT'
// swift-tools-version:5.9
import PackageDescription
let package = Package(
    name: "Work",
    targets: [.target(name: "Core"), .executableTarget(name: "Program", dependencies: ["Core"])])
SWIFT
for i in 1 2 3; do
    cat <<SWIFT
public struct Record$i: Codable, Equatable, Sendable {
    public var id: Int
    public var name: String
    public var tags: [String]
    public var nested: [String: Double]
    public init(id: Int) {
        self.id = id
        name = "record \\(id) of kind $i"
        tags = (0..<(id % 9)).map { "tag \\(\$0)" }
        nested = ["a": Double(id) / 8, "b": 0.5]
    }
}
SWIFT
done >package/Sources/Core/Records.swift
cp "$MATRIX_INPUTS/foundation.swift" package/Sources/Program/main.swift
cd package || exit
# What it says holds times; it is shown only when it failed.
swift build --disable-sandbox -j 2 >../build.log 2>&1 || { cat ../build.log >&2; exit 1; }
"$(swift build --show-bin-path)/Program"
swift package --disable-sandbox describe --type json | grep -c '"name"'
