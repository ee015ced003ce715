# title: perl: hashes, regular expressions, closures, sort, fork and pipes
# needs: perl
# command: perl
# shellcheck shell=bash
export PERL_HASH_SEED=0 PERL_PERTURB_KEYS=0
perl -MDigest::SHA=sha256_hex -MData::Dumper -e '
use strict; use warnings;
my $seed = 1;
sub next_number { $seed = $seed * 16807 % 2147483647 }
my (%count, %index);
for (1 .. 200000) { my $n = next_number(); $count{"k" . $n % 50021}++; push @{$index{$n % 997}}, $n; delete $count{"k" . $n % 7001} if $n % 11 == 0 }
print "hash ", scalar(keys %count), " ", sha256_hex(join ",", map { "$_=$count{$_}" } sort keys %count), "\n";
print "index ", sha256_hex(join ";", map { "$_:" . join(",", sort { $a <=> $b } @{$index{$_}}) } sort keys %index), "\n";
my $text = join " ", map { sprintf "w%x", next_number() % 100003 } 1 .. 60000;
my $found = () = $text =~ /\b(w[0-9]+[a-f]\w*)\b/g;
(my $changed = $text) =~ s/(\w)(\w+)/$2$1/g;
print "regex $found ", sha256_hex($changed), "\n";
my @closures = map { my $n = $_; my @own = (1 .. $n % 50); sub { $n + @own + shift } } 1 .. 20000;
my $sum = 0; $sum += $_->(2) for @closures; print "closures $sum\n";
my $tree; sub insert { my ($t, $v) = @_; return { v => $v } unless $t; my $k = $v < $t->{v} ? "l" : "r"; $t->{$k} = insert($t->{$k}, $v); $t }
$tree = insert($tree, next_number() % 1000003) for 1 .. 20000;
sub walk { my $t = shift; $t ? (walk($t->{l}), $t->{v}, walk($t->{r})) : () }
print "tree ", sha256_hex(join ",", walk($tree)), "\n";
local $Data::Dumper::Sortkeys = 1; my $copy = do { no strict; eval Data::Dumper->Dump([\%index], ["x"]) }; print "dumper ", scalar(keys %$copy), "\n";
$| = 1;
for my $n (1 .. 12) {
    my $pid = open(my $pipe, "-|") // die; 
    if (!$pid) { my %own = %count; delete $own{$_} for (keys %own)[0 .. 999]; print $n * 2 + scalar(keys %own) - scalar(keys %count), "\n"; exit $n % 3 }
    my $line = <$pipe>; close $pipe; chomp $line; print "$line/", $? >> 8, " ";
}
print "\n", `seq 1000 | perl -ne "\\\$s += \\\$_; END { print \\\$s }"`, "\n";
'
