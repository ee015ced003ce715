# title: perl: hashes, closures, regular expressions, sort, sprintf
# needs: perl
# quick: yes
command=(/usr/bin/perl -e 'my %h; for my $i (1 .. 3000) { $h{"k" . $i % 101}{$i} = [map { $_ * $i } 1 .. 5] } my @f = map { my $n = $_; sub { $n + $_[0] } } 1 .. 100; my $s = 0; $s += $_->(2) for @f; my $t = join ",", sort keys %h; $t =~ s/(\d+)/<$1>/g; printf "%d %d\n", $s, length $t; my $x = {}; $x->{me} = $x;')
