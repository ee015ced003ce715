-- Trees, texts and records made and dropped. Argument: the rounds.
local seed = 1
local function number(below)
  seed = seed * 16807 % 2147483647
  return seed % below
end

local function tree(depth)
  if depth == 0 then return { name = "leaf " .. number(1000) } end
  return { tree(depth - 1), tree(depth - 1), weigh = function(n) return n + depth end }
end
local function nodes(node)
  if node.name then return 1 end
  return node.weigh(1) - node.weigh(0) + nodes(node[1]) + nodes(node[2])
end

local records, first, last = {}, 1, 0
local count, words = 0, 0
local kept = tree(14)
for round = 1, tonumber(arg[1]) do
  count = count + nodes(tree(8 + round % 5))
  local parts = {}
  for n = 1, 3000 do parts[n] = string.format("word%d-%s", number(5000), ("x"):rep(number(30))) end
  local seen = {}
  for word in table.concat(parts, " "):gmatch("%S+") do
    seen[word] = (seen[word] or 0) + 1
    words = words + 1
  end
  for n = 1, 4000 do
    last = last + 1
    records[last] = { id = n, text = "record " .. last, list = { n, n + 1, number(100) } }
    if last - first > 15000 then
      records[first] = nil
      first = first + 1
    end
  end
end
print(string.format("nodes %d words %d", count + nodes(kept), words))
