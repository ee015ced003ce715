# title: node: JSON, buffers, zlib, crypto, worker threads, child processes, streams
# needs: nodejs
# command: node
# shellcheck shell=bash
node "$MATRIX_INPUTS/work.js"
