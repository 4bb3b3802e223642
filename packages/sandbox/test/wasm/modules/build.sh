#!/bin/sh
# Builds the modules of this folder from their sources. Needs Debian's clang, lld, wasi-libc and
# libclang-rt-14-dev-wasm32; what it builds is committed, so that tests need none of them.
set -eu
cd "$(dirname "$0")"
for source in *.c; do
  clang --target=wasm32-wasi -O2 -Wall -Wl,--strip-all -o "${source%.c}.wasm" "$source"
done
