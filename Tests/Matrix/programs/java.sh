# title: java: javac, threads, garbage collectors, zlib, direct buffers, child processes
# needs: default-jdk-headless
# command: java javac
# shellcheck shell=bash
cp "$MATRIX_INPUTS/Work.java" .
javac -d . Work.java
# Two collectors: they start different native threads and use native memory in different ways.
for collector in UseG1GC UseSerialGC; do
    java -XX:+$collector -Xmx192m -Xshare:auto -cp . Work
done
