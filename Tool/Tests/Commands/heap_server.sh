# Sourced by run.sh, behind heap.sh and server.sh: what the server answers about heaps. The program's objects are known.

unset SWIFTMALLOCCTL_DIRECTORY
begins "$area/heap_server"
heap_server=$begun
port=$(sed -n 's|.*:\([0-9]*\)/$|\1|p' "$area/address")
starts sessions SWIFTMALLOC_LIVE=1 || exit 2
appears() { gets 200 /stats.json && prints "\"pid\":$process,"; }
within 20 appears || exit 2

api_types() {
  gets 200 "/api/types?pid=$process" && header 'Content-Type: application/json' || return 1
  local since
  since=$(python3 - "$output" <<'P'
import json, sys
answer = json.load(open(sys.argv[1]))
rows = {row["type"]: row for row in answer["types"]}
assert rows["sessions.Session"]["count"] == 115 and rows["sessions.Node<Int>"]["kind"] == "class", rows
assert rows["sessions.Node<Int>"]["bytes"] == 32000 and answer["typesLeftOut"] == 0 and answer["since"] is None
assert "grownCount" not in rows["sessions.Session"] and 0 < answer["stopMilliseconds"] < 5000
print(answer["time"])
P
) || return 1
  echo >&7
  says more && within 20 has_grown "$since"
}
# One look may serve all who ask within a second.
has_grown() {
  gets 200 "/api/types?pid=$process&since=$1" && python3 - "$output" "$1" <<'P'
import json, sys
answer = json.load(open(sys.argv[1]))
rows = {row["type"]: row for row in answer["types"]}
assert answer["since"] == int(sys.argv[2]), answer["since"]
assert rows["sessions.Session"]["count"] == 122 and rows["sessions.Session"]["grownCount"] == 7, rows["sessions.Session"]
assert rows["sessions.Node<Int>"]["grownCount"] == 0
P
}
check "/api/types, and what grew since" api_types
api_graph() {
  gets 200 "/api/graph?pid=$process" && prints '"type":"sessions.App","language":"swift","kind":"class","count":1,' &&
    gets 200 "/api/cycles?pid=$process" && prints '"cycle":"sessions.Handler.owner → sessions.Session.delegate → sessions.Handler"' && lacks 'sessions\.App' &&
    gets 200 "/api/why?pid=$process&type=sessions.Node%3CInt%3E" && prints '"place":"global",.*"name":"sessions.app : sessions.App"' '"type":"sessions.Node<Int>"' || return 1
  local address
  address=$(grep -oE '"address":"0x[0-9a-f]+","size":[0-9]+,"type":"sessions.App"' "$output" | head -1 | cut -d'"' -f4)
  gets 200 "/api/why?pid=$process&address=$address" && prints '"blocks":1,' '"type":"sessions.App"'
}
check "/api/graph, /api/cycles and /api/why" api_graph
api_refuses() {
  local path and
  for path in types graph cycles 'why?type=x'; do
    and='?'
    [[ $path != *\?* ]] || and='&'
    gets 403 "/api/$path${and}pid=$process" -H 'Sec-Fetch-Site: cross-site' && gets 403 "/api/$path${and}pid=$process" -H 'Host: evil.example' &&
      gets 405 "/api/$path${and}pid=$process" -X POST && gets 400 "/api/$path" && gets 404 "/api/$path${and}pid=1" || return 1
  done
  gets 200 "/api/types?pid=$process" -H 'Sec-Fetch-Site: same-origin' && gets 400 "/api/types?pid=$process&since=x" &&
    gets 400 "/api/why?pid=$process" && prints 'Say which objects' && gets 409 "/api/why?pid=$process&type=no.Such" && prints '^Process [0-9]+ has no object of type no\.Such: ' &&
    gets 409 "/api/why?pid=$process&address=0x10" && gets 404 "/api/none?pid=$process"
}
check "/api refuses other sites, and what there is not" api_refuses
exec 7>&-
api_debug_heap() {
  starts shapes SWIFTMALLOC_LIVE=1 SWIFTMALLOC_DEBUG=1 && within 20 appears &&
    gets 409 "/api/types?pid=$process" && prints '^Process [0-9]+ cannot be looked into: .*SWIFTMALLOC_DEBUG, whose heap is not read from outside: start it without, or .* at kill -USR1\.$' || return 1
  kill -KILL "$process"
  killed() { gets 409 "/api/types?pid=$process" && prints '^Process [0-9]+ has ended\.$'; }
  within 20 killed
  local status=$?
  rm -f "/dev/shm/swiftmalloc-$(id -u)/$process"
  return $status
}
check "/api says why a heap is not read" api_debug_heap
kill "$heap_server"
export SWIFTMALLOCCTL_DIRECTORY=$live_folder
