# title: PostgreSQL: initdb, pgbench with 6 clients, parallel and hash queries, jsonb, plpgsql, dump, stop
# needs: postgresql postgresql-contrib
# command: /usr/lib/postgresql/*/bin/postgres /usr/lib/postgresql/*/bin/initdb /usr/lib/postgresql/*/bin/pgbench
# shellcheck shell=bash
# shellcheck source=/dev/null
. "$MATRIX_LIB"

for bin in /usr/lib/postgresql/*/bin; do :; done
# The server refuses to run as root: the user that its package makes, or nobody.
as_user=()
if [ "$(id -u)" = 0 ]; then
    user=postgres
    id "$user" >/dev/null 2>&1 || user=nobody
    as_user=(setpriv "--reuid=$user" "--regid=$(id -g "$user")" --clear-groups)
    chown "$user" . tmp
fi
run() { "${as_user[@]}" "$@"; }
export PGHOST=$PWD PGUSER=matrix PGDATABASE=postgres

run "$bin/initdb" -D data -U matrix -A trust --no-sync -E UTF8 --locale=C >initdb.log 2>&1
run tee -a data/postgresql.conf >/dev/null <<CONF
listen_addresses = ''
unix_socket_directories = '$PWD'
fsync = off
shared_buffers = 32MB
max_parallel_workers_per_gather = 2
min_parallel_table_scan_size = 0
parallel_setup_cost = 0
log_destination = stderr
CONF
stop() { run "$bin/pg_ctl" -D data -m fast -w stop >/dev/null 2>&1; }
trap 'stop || true' EXIT
run "$bin/pg_ctl" -D data -w -l server.log start >/dev/null
sql() { run "$bin/psql" -XAtq -v ON_ERROR_STOP=1 "$@"; }

run "$bin/pgbench" -i -s 2 -q >pgbench.log 2>&1
run "$bin/pgbench" -c 6 -j 2 -t 250 -n 2>&1 | grep -E '^number of (transactions actually|failed)' || true
sql -c 'select (select sum(abalance) from pgbench_accounts) = (select sum(delta) from pgbench_history),
               (select sum(bbalance) from pgbench_branches) = (select sum(delta) from pgbench_history),
               (select sum(tbalance) from pgbench_tellers) = (select sum(delta) from pgbench_history),
               (select count(*) from pgbench_history)'
run "$bin/pgbench" -c 6 -j 2 -t 80 -n -S -M prepared -C 2>&1 | grep -E '^number of transactions actually'

sql <<'SQL'
set jit_above_cost = 0; set jit_optimize_above_cost = 0;
create table t as select i, (i::bigint * 16807 % 2147483647) % 5003 k, md5(i::text) h from generate_series(1, 100000) i;
analyze t;
select count(*), sum(k), md5(string_agg(h, '' order by i)) from t;
set work_mem = '256kB';
select md5(string_agg(x::text, ',' order by k)) from (select k, count(*) x from t group by k) s;
reset jit_above_cost;
select count(*) from t a join t b using (k) where a.i < 5000;
set work_mem = '32MB';
select sum(r) from (select rank() over (partition by k % 10 order by h) r from t) s;
select md5(jsonb_agg(jsonb_build_object('k', k, 'h', h) order by i)::text) from t where i < 5000;
select count(*) from regexp_matches((select string_agg(h, ' ') from t where i < 3000), '[a-f]{4}', 'g');
create index on t (h); create index on t using gin (to_tsvector('simple', h)); 
do $$ declare s text := ''; n int; begin for n in 1..3000 loop s := s || n; begin perform 1 / (n % 100); exception when division_by_zero then s := s || 'z'; end; end loop; raise notice '%', length(s); end $$;
vacuum full t;
select count(*) from t where h like 'a%';
SQL
run "$bin/pg_dump" -t t | grep -v '^\\\(un\)\?restrict' | digest
run "$bin/psql" -XAtq -c 'select repeat(md5(i::text), 100) from generate_series(1, 3000) i' | digest
sql -c "select count(*) from pg_stat_activity where backend_type = 'client backend'"
stop && echo "stopped"
grep -cE 'PANIC|terminated by signal' server.log || true
