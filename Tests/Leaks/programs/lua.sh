# title: lua: tables, closures, coroutines, strings
# needs: lua5.4
# quick: yes
command=(lua5.4 -e 'local t = {} for i = 1, 3000 do t[#t + 1] = {id = i, name = ("x"):rep(i % 50)} end local co = coroutine.wrap(function() for _, v in ipairs(t) do coroutine.yield(#v.name) end return -1 end) local s, v = 0, co() while v >= 0 do s, v = s + v, co() end print(s, (string.gsub(t[9].name, "x", "yy")))')
