# title: nginx: 4 workers under ab and curl, 200 files, gzip, proxying to itself, reload under load
# needs: nginx-light apache2-utils curl
# command: nginx ab curl
# proof: -V
# shellcheck shell=bash
# shellcheck source=/dev/null
. "$MATRIX_LIB"

port=$(free_port)
user=
[ "$(id -u)" != 0 ] || user='user nobody nogroup;'
mkdir files temporary
for ((i = 0; i < 200; i++)); do prose $((1 + i * i / 80)) $((i + 1)) >"files/page$i.txt"; done
cat >nginx.conf <<CONF
$user
daemon off;
worker_processes 4;
pid $PWD/nginx.pid;
error_log $PWD/error.log;
events { worker_connections 256; }
http {
    access_log $PWD/access.log;
    client_body_temp_path $PWD/temporary/body;
    proxy_temp_path $PWD/temporary/proxy;
    fastcgi_temp_path $PWD/temporary/fastcgi;
    uwsgi_temp_path $PWD/temporary/uwsgi;
    scgi_temp_path $PWD/temporary/scgi;
    types { text/plain txt; }
    server {
        listen 127.0.0.1:$port;
        root $PWD/files;
        gzip on; gzip_min_length 100; gzip_types text/plain;
        location /again/ { proxy_pass http://127.0.0.1:$port/; proxy_buffers 8 4k; }
        location /hello { return 200 "hello from the matrix\n"; }
    }
}
CONF
chmod 777 temporary
nginx -p "$PWD" -c "$PWD/nginx.conf" 2>>start.log &
server=$!
trap 'kill -TERM "$server" 2>/dev/null || true' EXIT
url=http://127.0.0.1:$port
wait_until 20 curl -sf "$url/hello"
curl -sf "$url/hello"

load() { ab -q -n "$1" -c 25 "${@:3}" "$url$2" 2>/dev/null | grep -E '^(Complete requests|Failed requests|Non-2xx|Document Length)' | tr -s ' '; }
load 8000 /page30.txt -k
load 4000 /page150.txt
load 3000 /again/page60.txt -k
load 3000 /page120.txt -k -H 'Accept-Encoding: gzip'

# check_all PREFIX OPTIONS…: all pages below PREFIX against the files.
check_all() {
    local i wrong=0 prefix=$1
    shift
    # One curl for all pages: keep-alive over many sizes.
    # shellcheck disable=SC2046  # a list of options
    curl -sf "$@" --output-dir got --create-dirs $(for ((i = 0; i < 200; i++)); do printf '%s ' "$url/$prefix""page$i.txt" -o "page$i.txt"; done)
    for ((i = 0; i < 200; i++)); do cmp -s "files/page$i.txt" "got/page$i.txt" || wrong=$((wrong + 1)); done
    rm -rf got
    echo "200 pages, $wrong wrong"
}
check_all ''
check_all '' --compressed
check_all again/

# New workers while the old ones still serve. Without keep-alive: a worker that ends may close an idle connection in the
# moment in which the client uses it again, and that is nobody's fault.
for ((i = 0; i < 3; i++)); do
    load 1500 /page40.txt &
    client=$!
    sleep 0.1
    kill -HUP "$server"
    wait "$client"
done
sleep 0.3
curl -sf "$url/hello"
curl -s -o /dev/null -w '%{http_code}\n' "$url/not-there"
kill -QUIT "$server"
status=0
wait "$server" || status=$?
echo "stopped: $status"
grep -cE 'exited on signal|\[(alert|emerg)\]' error.log || true
