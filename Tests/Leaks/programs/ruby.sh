# title: ruby: hashes, blocks, strings
# needs: ruby
command=(/usr/bin/ruby --disable-gems -e 'h = Hash.new { |k, v| k[v] = [] }; 2000.times { |i| h["k#{i % 97}"] << i.to_s * 3 }; puts h.values.map { |v| v.join.size }.sum')
