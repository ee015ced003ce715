# title: gawk: arrays, functions, regular expressions
# needs: gawk
# quick: yes
command=(gawk 'function f(n, a) { a[n] = n; return length(a) } BEGIN { for (i = 0; i < 3000; i++) { t[i % 101] = t[i % 101] " " i; s += f(i) } n = asorti(t, k); for (i = 1; i <= n; i++) x = x gensub(/([0-9])/, "<\\1>", "g", t[k[i]]); print length(x), s }')
