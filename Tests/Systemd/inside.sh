#!/bin/bash
# Runs inside of the computer that Tests/Systemd/run.sh boots: every claim of docs/systemd.md that a machine can check.
passed=0 failed=0
units=/etc/systemd/system

# check WHAT COMMAND…: whether it succeeds within half a minute of the imitated computer, which is slow; if not, what it printed last.
check() {
  local what=$1 end=$((SECONDS + 30)) printed
  shift
  until [ $SECONDS -gt $end ]; do
    if printed=$("$@" 2>&1); then
      passed=$((passed + 1))
      echo "passed  $what"
      return
    fi
    sleep 0.25
  done
  failed=$((failed + 1))
  echo "FAIL    $what"
  printf '%s\n' "$printed" | tail -15 | sed 's/^/        /'
}
has() { grep -q -- "$1"; }
answers() { [ "$(curl -s --max-time 20 "http://127.0.0.1:${1:-8080}/health")" = well ]; }
server() { systemctl show -P MainPID server.service; }
has_library() { grep -q libswiftmalloc "/proc/$(server)/maps"; }
has_no_library() { answers && ! has_library; }
resident() { awk '/^VmRSS/ { print int($2 / 1024) }' "/proc/$(server)/status"; }
burst() {
  local clients=() i
  for i in 1 2 3 4 5 6 7 8; do
    curl -s --max-time 100 -o /dev/null 'http://127.0.0.1:8080/report?rows=40000' &
    clients+=($!)
  done
  wait "${clients[@]}"
}
# drop_in NAME LINE…: a drop-in of the server, and the server started anew.
drop_in() {
  local name=$1
  shift
  mkdir -p $units/server.service.d
  { echo '[Service]'; printf '%s\n' "$@"; } >"$units/server.service.d/$name.conf"
  restart
}
restart() {
  systemctl daemon-reload
  systemctl reset-failed server.service 2>/dev/null
  systemctl restart server.service
}
# what the server said since it was started
said() { journalctl --quiet --output cat --unit server.service --since "@$began"; }
mark() { began=$(date +%s.%N); }

systemctl --version | head -1
uname -srm
check 'the units are well-formed' systemd-analyze verify $units/server.service $units/swiftmalloc-metrics.service
restart
check 'the server answers without the library' answers
before=$(resident); burst; sleep 3; after=$(resident)
echo "        without: $before MB at the start, $after MB three seconds after eight requests at once"

mkdir -p $units/server.service.d
cp /srv/drop-in/swiftmalloc.conf $units/server.service.d
restart
check 'the server answers with the library' answers
check 'the library is in force' has_library
before=$(resident); burst; sleep 3; after=$(resident)
echo "        with:    $before MB at the start, $after MB three seconds after eight requests at once"
drop_in python 'Environment=PYTHONMALLOC=malloc'
check 'it answers with PYTHONMALLOC=malloc' answers
before=$(resident); burst; sleep 3; after=$(resident)
echo "        with, PYTHONMALLOC=malloc: $before MB at the start, $after MB"

systemctl start swiftmalloc-metrics.service
metrics() { curl -s --max-time 5 http://127.0.0.1:8137/metrics >/tmp/metrics && grep -q "^swiftmalloc_$1{.*program=\"python3[^\"]*\"" /tmp/metrics; }
check 'a second unit has the numbers' metrics requested_bytes
check 'and the resident bytes of the heap' metrics resident_bytes
check 'and of the process' metrics process_resident_bytes
types() { swiftmallocctl types "$(server)" | grep -q 'python'; }
drop_in users PrivateUsers=yes
check 'a user namespace of its own hides what is resident, and nothing else' eval 'metrics requested_bytes && ! metrics resident_bytes'
rm $units/server.service.d/users.conf
restart
check 'root lists the types' types
cycles() { swiftmallocctl cycles "$(server)"; }
check 'root looks for retain cycles' cycles
as_user() { runuser -u server -- "$@"; }
listed() { as_user swiftmallocctl list | grep -q python && as_user swiftmallocctl stats "$(server)" | grep -q 'Memory of the heap'; }
check 'its user lists it' listed
# A process of one thread answers at its next call: here, when it has a request.
busy() { burst & "$@"; local result=$?; wait; return $result; }
trim() { busy as_user swiftmallocctl trim "$(server)"; }
check 'its user lets it give memory back' trim
profile() { busy as_user swiftmallocctl profile "$(server)" --start && busy as_user swiftmallocctl profile "$(server)" --rows 3; }
check 'its user takes a heap profile' profile

mark
drop_in mode Environment=SWIFTMALLOC_STATS=1
check 'it answers with STATS' answers
systemctl stop server.service
statistics() { said | has 'resident'; }
check 'statistics are in the journal when it was stopped, under @system-service on a kernel that has mincore alone' statistics
published() { [ -z "$(find /dev/shm -name "[0-9]*" -path '*swiftmalloc*')" ]; }
check 'nothing is left in /dev/shm' published

ended_well() { [ "$(systemctl show -P Result server.service)" = success ]; }
for mode in DEBUG=1 LEAKS=1 GUARD_SAMPLE=64k; do
  mark
  drop_in mode "Environment=SWIFTMALLOC_$mode"
  check "it answers with $mode" answers
  burst
  check "and after eight requests" answers
  systemctl stop server.service
  check "and ends well" ended_well
  [ "$mode" != LEAKS=1 ] || { said | grep -E 'lost|SUMMARY|WARNING|ERROR' | head -8 | sed 's/^/        /'; }
  echo "        result: $(systemctl show -P Result server.service); $(said | grep -c '^==') lines of ours"
  said | grep -E '^==.*(WARNING|ERROR)' | head -4 | sed 's/^/        /'
done
rm $units/server.service.d/mode.conf

drop_in port 'AmbientCapabilities=CAP_NET_BIND_SERVICE' 'Environment=PORT=80'
privileged() { answers 80 && has_library; }
check 'an ambient capability leaves the library in force' privileged
rm $units/server.service.d/port.conf
cp "$(readlink -f /usr/bin/python3)" /usr/bin/capable
setcap cap_net_bind_service+ep /usr/bin/capable
printf '%s\n' '[Service]' User=nobody 'Environment=LD_PRELOAD=libswiftmalloc.so.0 PORT=90' \
  'ExecStart=/usr/bin/capable /srv/server/server.py' >$units/capable.service
systemctl daemon-reload
systemctl start capable.service
capable() { answers 90 && ! grep -q libswiftmalloc "/proc/$(systemctl show -P MainPID capable.service)/maps"; }
check 'a file with capabilities runs without the library' capable
systemctl stop capable.service

sed -i '/SWIFTMALLOC_LIVE/d' $units/server.service.d/swiftmalloc.conf
restart
check 'it is in force without LIVE' has_library
burst
check 'it answers after a burst' answers

rm -r $units/server.service.d
restart
check 'without the drop-in all is as before' has_no_library
echo "$passed passed, $failed failed"
