# An index of a made-up text, edited and sorted. Argument: the words of the text.
use strict;
use warnings;

my $count = shift;
my $seed = 1;
sub number { $seed = $seed * 16807 % 2147483647; return $seed % shift; }

my (%index, %users, @recent);
for my $n (1 .. $count) {
    my $word = number(5) < 3 ? "w" . number(300) : sprintf("word-%x", number(40_000));
    push @{ $index{$word}{places} }, $n;
    $index{$word}{last} = "seen at $n in line " . int($n / 12);
    my $user = "user" . number(5000);
    $users{$user}{$word}++;
    push @recent, [$user, $word, "x" x number(100)];
    shift @recent if @recent > 2000;
    delete $users{ "user" . number(5000) } if $n % 50 == 0;
    delete $index{ sprintf("word-%x", number(40_000)) } if $n % 7 == 0;
}
my $changed = 0;
for my $word (sort { @{ $index{$b}{places} || [] } <=> @{ $index{$a}{places} || [] } || $a cmp $b } keys %index) {
    my $line = join ",", $word, $index{$word}{last}, @{ $index{$word}{places} || [] };
    my @parts = split /,/, $line;
    $line =~ s/(\d)(\d+)/$2$1/g if @parts < 50;
    $index{$word} = { text => $line, parts => scalar @parts };
    $changed++;
}
my %copy = map { $_ => { %{ $users{$_} } } } keys %users;
print "words ", scalar(keys %index), " changed $changed\n";
