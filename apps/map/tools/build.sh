#!/bin/sh
# Builds tools.wasm, which is committed: who runs the application needs no compiler. Debian's clang, lld, wasi-libc and
# libclang-rt-14-dev-wasm32.
set -eu
cd "$(dirname "$0")"
clang --target=wasm32-wasi -Os -Wall -Wl,--strip-all -o tools.wasm tools.c
chmod 644 tools.wasm
