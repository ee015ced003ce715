#!/usr/bin/env bash
# Builds the heap for x86_64-unknown-none-elf and runs SelfTest.swift.
#
# Usage: Examples/Freestanding/run.sh            as a process that is linked with no C library
#        Examples/Freestanding/run.sh --computer on a computer of its own, which qemu-system-x86_64 imitates, without a kernel
set -eu
cd "$(dirname "$0")"
source ../../Scripts/packages.sh
machine=${1:-}
case $machine in
  '') objects=(process) ;;
  --computer) objects=(computer) && need_packages qemu-system-x86 >&2 ;;
  *) echo "Examples/Freestanding/run.sh: $machine is no option; --computer is" >&2 && exit 2 ;;
esac
area=$(mktemp -d)
trap 'rm -rf "$area"' EXIT

target=(-target x86_64-unknown-none-elf)
headers=(-isystem "$PWD/include" -ffreestanding)
swift=("${target[@]}" -swift-version 6 -enable-experimental-feature Embedded -parse-as-library -wmo -O -g
  -enforce-exclusivity=unchecked -Xfrontend -no-allocations -Xfrontend -function-sections
  -I "$PWD/include" -I ../../CShims/include -I "$area" -package-name swiftmalloc)
for flag in "${headers[@]}"; do swift+=(-Xcc "$flag"); done
for module in Platform Memory Heap SwiftMalloc; do
  swiftc "${swift[@]}" -module-name "$module" -emit-module -emit-module-path "$area/$module.swiftmodule" \
    -c ../../Sources/"$module"/*.swift -o "$area/$module.o"
done
swiftc "${swift[@]}" -module-name SelfTest -c SelfTest.swift -o "$area/SelfTest.o"
for name in memory library "${objects[@]}"; do
  source=$(ls "$name".[cS])
  clang "${target[@]}" "${headers[@]}" -I ../../CShims/include -std=gnu17 -O2 -g -Wall -Wextra -Werror -fno-builtin -ffunction-sections \
    -fno-stack-protector -c "$source" -o "$area/$name.o"
done
ld.lld --gc-sections -z norelro -T image.ld "$area"/*.o -o "$area/self-test"
if [ -z "$machine" ]; then
  "$area/self-test"
  exit
fi
# The machine ends with 16 and its status in port 0xf4: qemu's status is twice that and one.
status=0
timeout 120 qemu-system-x86_64 -kernel "$area/self-test" -m 128 -display none -no-reboot -net none -debugcon stdio \
  -device isa-debug-exit,iobase=0xf4,iosize=4 || status=$?
[ "$status" -eq 33 ]
