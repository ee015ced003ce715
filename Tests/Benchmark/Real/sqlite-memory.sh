# kind: command
# A database in memory: rows and indexes fill pages of 4 KiB, joins, groups and sorts need blocks of many sizes for a short
# time.
# shellcheck shell=bash source-path=SCRIPTDIR source=common.bash
. "$(dirname "$0")/common.bash"

packages() { echo sqlite3; }
command_line() { quoted sqlite3 :memory: ".read work-$quick.sql"; }
prepare() {
    cat >"work-$quick.sql" <<SQL
create table person (id integer primary key, town integer, name text, score real);
with recursive n (i, s) as (select 1, 1 union all select i + 1, s * 16807 % 2147483647 from n where i < $(scaled 70000))
insert into person select i, s % 503, printf('person %x of %d', s, s % 97), s / 7.0 from n;
create table visit (person integer, day integer, note text);
insert into visit select id * 7919 % $(scaled 70000), id % 365, substr(name, 1, id % 20) from person;
create index visit_person on visit (person, day);
create index person_town on person (town, score);
create index person_name on person (name collate nocase);
select count(*), sum(length(note)) from person p join visit v on v.person = p.id where p.town < 200;
select town, count(*) c, max(score), length(group_concat(name)) from person group by town order by c desc limit 3;
select count(*) from (select id, rank() over (partition by town order by name) r from person) where r < 10;
select sum(length(j)) from (select json_object('id', id, 'name', name, 'list', json_array(town, score)) j from person);
update person set name = upper(name) || ' moved' where town % 3 = 0;
delete from visit where day % 4 = 1;
insert into visit select id, day + 1, name from person join visit on person = id where town % 5 = 2;
drop index person_name;
create temp table names as select distinct name from person order by name;
select 'persons', count(*) from person;
SQL
    works "^persons\\|$(scaled 70000)\$"
}
part "$@"
