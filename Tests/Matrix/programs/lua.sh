# title: lua: tables, strings, coroutines, garbage collection in two modes
# needs: lua5.4
# command: lua5.4
# proof: -v
# shellcheck shell=bash
cat >work.lua <<'LUA'
local seed = 1
local function number() seed = seed * 16807 % 2147483647 return seed end
for _, mode in ipairs { "incremental", "generational" } do
    collectgarbage(mode)
    local table_of = {}
    for _ = 1, 300000 do
        local n = number()
        local key = "key " .. n % 20011
        table_of[key] = table_of[key] or {}
        table.insert(table_of[key], n % 101)
        if n % 17 == 0 then table_of["key " .. n % 3001] = nil end
    end
    local count, sum = 0, 0
    for _, list in pairs(table_of) do count = count + 1 for _, v in ipairs(list) do sum = sum + v end end
    print(mode, count, sum)
    local words = {}
    for i = 1, 50000 do words[i] = string.format("w%x", number() % 100003) end
    table.sort(words)
    local text = table.concat(words, " ")
    print(#text, select(2, text:gsub("w%d+%a", "%0!")), words[1], words[#words])
    local total = 0
    for i = 1, 3000 do
        local routine = coroutine.wrap(function() for k = 1, 10 do coroutine.yield(("x"):rep(k * i % 200)) end end)
        for _ = 1, 10 do total = total + #routine() end
    end
    print(total)
    local tree = {}
    for i = 1, 100000 do tree = i % 100 == 0 and {} or { tree, i } end
    collectgarbage()
    print(collectgarbage("count") > 0, pcall(error, { code = 7 }))
end
LUA
lua5.4 work.lua | sed 's/table: 0x[0-9a-f]*/table/'
