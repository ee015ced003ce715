#!/usr/bin/env bash
# google-pprof of Debian's google-perftools 2.10: the older pprof, in Perl, does not read what is called "pprof format"
# everywhere else (profile.proto, as Go, Rust and Python write it): neither compressed nor plain. It takes the first bytes for
# the header of a processor profile of gperftools.
. "$(dirname "$0")/packages.sh"
take google-perftools=2.10-1
# One sample of one function: sample_type, sample, location, function, and texts.
printf '\x0a\x04\x08\x01\x10\x02\x12\x06\x0a\x01\x01\x12\x01\x40\x22\x06\x08\x01\x22\x02\x08\x01\x2a\x04\x08\x01\x10\x03\x32\x00\x32\x05space\x32\x05bytes\x32\x04main' >plain
gzip -k plain
says() { google-pprof --text /bin/true "$1" 2>&1 | grep -v '^Using local file' | head -n 1; }
equal "google-pprof 2.10, profile.proto" 'plain: header size >= 2**16' "$(says plain)"
equal "google-pprof 2.10, the same with gzip" 'plain.gz: header size >= 2**16' "$(says plain.gz)"
