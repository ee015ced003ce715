# Sourced by run.sh: swiftmallocctl top, in a real terminal by Tool/Tests/Commands/terminal.py and without one.

one_picture() {
  ends 0 top --once && prints '^1 process runs, requested 6\.7 MiB' "PID +PROGRAM +STATE" "^ *$running +redis-server" &&
    ends 0 top "$running" --interval 100 && prints '^redis-server \([0-9]+\), running' 'Requested 6\.7 MiB' '^ +64 +10,000 +0 +0 '
}
check "top prints one picture without a terminal" one_picture
no_such() { ends 1 top 4999000 && prints 'process 4999000 does not exist' && ends 1 top $$ && prints 'runs but publishes nothing'; }
check "top of a process that publishes nothing" no_such
check "top in a terminal: keys, size, colours, and the terminal afterwards" python3 Tool/Tests/Commands/terminal.py "$tool" "$running"
