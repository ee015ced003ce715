# title: sqlite3: a table of 3 000 rows in memory, indexes, joins, JSON, a window function
# needs: sqlite3
# quick: yes
prepare() { cat >work.sql <<'SQL'
create table t (id integer primary key, k integer, name text);
with recursive n (i) as (select 1 union all select i + 1 from n where i < 3000) insert into t select i, i * 7919 % 503, printf('name %x', i) from n;
create index by_k on t (k, name);
select count(*), count(distinct k) from t;
select k, rank() over (order by k) from t where id % 500 = 0;
select sum(json_extract(j, '$.a[1]')) from (select json_object('a', json_array(id, k)) j from t);
select count(*) from t a join t b on a.k = b.k and a.id < b.id;
delete from t where k % 3 = 0; vacuum;
SQL
}
command=(sqlite3 data.db ".read work.sql")
