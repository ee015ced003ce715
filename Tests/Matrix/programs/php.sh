# title: php: arrays, strings, JSON, preg, with its own allocator and with USE_ZEND_ALLOC=0
# needs: php-cli
# command: php
# proof: -n -v
# shellcheck shell=bash
# -n: without its ini files, hence without shared extensions. PHP loads those with RTLD_DEEPBIND, so they call glibc's free
# with blocks of whatever allocator is preloaded, and crash under each of them.
cat >work.php <<'PHP'
<?php
$seed = 1;
function number() { global $seed; return $seed = $seed * 16807 % 2147483647; }
$table = [];
for ($i = 0; $i < 200000; $i++) { $n = number(); $table["key " . $n % 20011][] = $n % 101; if ($n % 17 == 0) unset($table["key " . $n % 3001]); }
ksort($table);
echo "arrays ", count($table), " ", md5(serialize($table)), "\n";
$json = json_encode($table);
echo "json ", strlen($json), " ", json_decode($json, true) == $table ? "same" : "different", "\n";
$text = implode(" ", array_map(fn($n) => sprintf("w%x", number() % 100003), range(1, 50000)));
echo "preg ", preg_match_all('/\bw\d+[a-f]/', $text), " ", md5(preg_replace('/(\w)(\w+)/', '$2$1', $text)), "\n";
class Node { public $next; public $self; public function __construct(public string $name) { $this->self = $this; } }
for ($i = 0; $i < 100000; $i++) { $node = new Node("node $i with a name"); $node->next = $last ?? null; $last = $i % 100 ? $node : null; }
echo "objects ", gc_collect_cycles() >= 0 ? "collected" : "", "\n";
function squares($n) { for ($i = 0; $i < $n; $i++) yield str_repeat("x", $i % 50) => $i * $i; }
$sum = 0; foreach (squares(100000) as $key => $value) $sum += strlen($key) + $value;
echo "generators $sum\n";
$string = ""; for ($i = 0; $i < 300000; $i++) $string .= chr(97 + $i % 26); echo "string ", md5($string), " ", md5(strrev($string)), "\n";
echo "shell ", trim(shell_exec("seq 1000 | tail -n 1")), "\n";
PHP
php -n -d memory_limit=512M work.php
USE_ZEND_ALLOC=0 php -n -d memory_limit=512M work.php
