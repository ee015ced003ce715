#!/usr/bin/env bash
# c++filt of binutils 2.40: a Rust constant of more than 16 hexadecimal digits (u128) loses its first digit and gets the
# mangling's `_` at its end. What is printed begins, and ends, one character late; gdb has the same code (libiberty).
. "$(dirname "$0")/packages.sh"
take binutils-x86-64-linux-gnu=2.40-2 libbinutils=2.40-2
filter() { LD_LIBRARY_PATH=$libraries root/usr/bin/x86_64-linux-gnu-c++filt -i <<<"$1"; }
equal "c++filt 2.40, a::<0x123456789abcdef0>, 16 digits" 'a::<1311768467463790320>' "$(filter _RIC1aKo123456789abcdef0_E)"
equal "c++filt 2.40, a::<0x123456789abcdef01>, 17 digits" 'a::<0x23456789abcdef01_>' "$(filter _RIC1aKo123456789abcdef01_E)"
