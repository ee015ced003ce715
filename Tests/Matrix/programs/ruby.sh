# title: ruby: strings, hashes, threads, fibers, garbage collection, Marshal, fork
# needs: ruby
# command: ruby
# shellcheck shell=bash
cat >work.rb <<'RUBY'
require "digest"
require "json"
$seed = 1
def number = ($seed = $seed * 16807 % 2147483647)
def digest(value) = Digest::SHA256.hexdigest(value.inspect)[0, 20]
table = {}
200_000.times { n = number; table["k#{n % 30011}"] = (table["k#{n % 30011}"] || []) << n % 101; table.delete("k#{n % 5003}") if n % 13 == 0 }
puts "hash #{table.size} #{digest(table.sort)}"
text = Array.new(40_000) { format("w%x", number % 100_003) }.join(" ")
puts "regex #{text.scan(/\bw[0-9]+[a-f]\w*/).size} #{digest(text.gsub(/(\w)(\w+)/, '\2\1'))}"
puts "json #{digest(JSON.parse(JSON.generate(table.first(5000).to_h)))}"
copy = Marshal.load(Marshal.dump(table))
puts "marshal #{copy == table}"
queue, results = Thread::Queue.new, Thread::Queue.new
threads = Array.new(6) { Thread.new { while (item = queue.pop) != :end do results << Digest::MD5.hexdigest(item * 3) end } }
5000.times { queue << number.to_s * 20 }
6.times { queue << :end }
threads.each(&:join)
puts "threads #{digest(Array.new(results.size) { results.pop }.sort)}"
fibers = Array.new(500) { |i| Fiber.new { 10.times { |k| Fiber.yield([i, k].to_s * 10) }; :done } }
puts "fibers #{digest(fibers.map { |f| Array.new(11) { f.resume } })}"
200.times { Thread.new { Array.new(100) { |i| "short #{i}" } }.join }
GC.start(full_mark: true)
GC.compact if GC.respond_to?(:compact)
statuses = Array.new(30) { |i| fork { table.clear; GC.start; exit!(i % 5) } }.map { |id| Process.wait2(id)[1].exitstatus }
puts "fork #{statuses.join(' ')}"
puts `seq 3000 | sort -r | tail -n 2`.split.join(",")
puts "big #{digest(3**20_000 / 7**5000)}"
RUBY
ruby work.rb
