# title: sqlite3: 120 000 rows, indexes, window functions, JSON, recursion, vacuum, dump
# needs: sqlite3
# command: sqlite3
# quick: yes
# shellcheck shell=bash
# shellcheck source=/dev/null
. "$MATRIX_LIB"

cat >work.sql <<'SQL'
pragma journal_mode = wal;
create table t (id integer primary key, k integer, name text, value real);
with recursive n (i, s) as (select 1, 1 union all select i + 1, s * 16807 % 2147483647 from n where i < 120000)
insert into t select i, s % 5003, printf('name %x', s), s / 7.0 from n;
create index by_k on t (k, value);
create index by_name on t (name collate nocase);
select count(*), count(distinct k), sum(k) from t;
select k, count(*) c, round(max(value), 2) from t group by k order by c desc, k limit 5;
select id, k, rank() over (partition by k % 10 order by value desc) r from t where id % 5000 = 0 order by id limit 10;
update t set name = upper(name) where k % 3 = 0;
delete from t where k % 7 = 0;
select count(*), sum(length(name)) from t;
select count(*) from t a join t b on a.k = b.k and a.id < b.id where a.id < 3000;
select sum(json_extract(j, '$.a[1]')), max(length(j)) from (select json_object('a', json_array(id, k), 'n', name) j from t limit 40000);
select length(group_concat(name, ';')) from (select name from t order by id limit 50000);
with recursive fib (a, b) as (select 0, 1 union all select b, a + b from fib limit 80) select max(a) from fib;
begin; insert into t select id + 1000000, k, name, value from t; rollback;
vacuum;
pragma integrity_check;
SQL
sqlite3 data.db <work.sql
sqlite3 data.db .dump | digest
sqlite3 data.db .dump | sqlite3 copy.db
sqlite3 copy.db 'select count(*), sum(k), sum(length(name)) from t; pragma integrity_check'
sqlite3 -csv data.db 'select * from t where id % 11 = 0 order by k, id' | digest
for ((i = 0; i < 30; i++)); do sqlite3 -readonly data.db "select sum(k) from t where id % 30 = $i" & done | sort -n | digest
