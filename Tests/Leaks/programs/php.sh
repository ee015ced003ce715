# title: php: arrays, closures, JSON
# needs: php-cli
command=(php -n -r '$a = []; for ($i = 0; $i < 2000; $i++) $a["k" . $i % 97][] = str_repeat("x", $i % 30); echo strlen(json_encode($a)), "\n"; $o = new stdClass; $o->me = $o; echo array_sum(array_map(fn($x) => count($x), $a)), "\n";')
