#!lua
-- Takes a name for a connection of a node, whoever has it.
-- KEYS[1] name: hash of fence, node, and earlier, the nodes that may not have let it go yet
-- ARGV[1] node that takes it
-- ARGV[2] for how many milliseconds it is known
-- Answers the fence, and the other nodes that have to let it go.
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
local held = redis.call('HMGET', KEYS[1], 'fence', 'node', 'earlier')
local fence = string.format('%.0f', math.max(now, (tonumber(held[1]) or 0) + 1))
local seen, others = { [ARGV[1]] = true }, {}
for node in ((held[2] or '') .. ' ' .. (held[3] or '')):gmatch('%S+') do
  if not seen[node] then
    seen[node] = true
    others[#others + 1] = node
  end
end
redis.call('HSET', KEYS[1], 'fence', fence, 'node', ARGV[1], 'earlier', table.concat(others, ' '))
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return { fence, unpack(others) }
