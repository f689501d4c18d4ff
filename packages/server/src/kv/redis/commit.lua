#!lua
-- Writes what transactions have written, if all that they have read is still so: its text follows that of check.lua. Where they have
-- written nothing, it is a commit as well: replicas that are waited for have all that was there before, then.
--
-- KEYS[1] as there
-- KEYS[2] as there
-- ARGV     first, as there
-- ARGV[3] as there
-- ARGV[4] as there
-- ARGV[5] the stamp of this commit: what it writes begins with it
-- ARGV     after the checks, what is to be written:
--   p hash order field value                                puts an entry
--   d hash order field                                      removes one
--   a sequence number value                                 puts into a sequence, at the end or in the place of another
--   x sequence number                                       removes from a sequence
--
-- A sequence is a hash from numbers to values; its field `ends` has the lowest and the highest number.

-- Of another type than it should have, none of them is written to.
local function checkType(key, wanted)
  local found = redis.call('TYPE', key).ok
  if found ~= wanted and found ~= 'none' then
    return redis.error_reply('WRONGTYPE ' .. key .. ' is a ' .. found .. ', and should be a ' .. wanted)
  end
end

local first = arg
local checked = {}
while arg < #ARGV do
  local kind, name = take(), take()
  local wrong = not checked[name] and checkType(KEYS[tonumber(name)], 'hash')
  checked[name] = true
  if kind == 'p' or kind == 'd' then
    local order = take()
    wrong = wrong or (not checked[order] and checkType(KEYS[tonumber(order)], 'zset'))
    checked[order] = true
  end
  if wrong then return wrong end
  arg = arg + ((kind == 'p' or kind == 'a') and 2 or 1)
end
arg = first

local function endsOf(sequence)
  local low, high = string.match(redis.call('HGET', sequence, 'ends') or '', '^(%d+):(%d+)$')
  return tonumber(low), tonumber(high)
end

local function textOf(low, high)
  return string.format('%d:%d', low, high)
end

while arg < #ARGV do
  local kind = take()
  if kind == 'p' then
    local hash, order, field = takeKey(), takeKey(), take()
    local isNew = redis.call('HSET', hash, field, ARGV[5] .. take()) == 1
    if isNew then redis.call('ZADD', order, 0, field) end
  elseif kind == 'd' then
    local hash, order, field = takeKey(), takeKey(), take()
    redis.call('HDEL', hash, field)
    redis.call('ZREM', order, field)
  elseif kind == 'a' then
    local sequence, number = takeKey(), take()
    local low, high = endsOf(sequence)
    local at = tonumber(number)
    local ends = textOf(math.min(low or at, at), math.max(high or at, at))
    redis.call('HSET', sequence, number, ARGV[5] .. take(), 'ends', ends)
  else
    local sequence, number = takeKey(), take()
    local low, high = endsOf(sequence)
    redis.call('HDEL', sequence, number)
    if low == tonumber(number) then
      repeat low = low + 1 until low > high or redis.call('HEXISTS', sequence, string.format('%d', low)) == 1
      if low > high then redis.call('DEL', sequence) else redis.call('HSET', sequence, 'ends', textOf(low, high)) end
    end
  end
end
redis.call('SET', KEYS[2], ARGV[3], 'PX', ARGV[4])
commits = commits + 1
redis.call('HSET', KEYS[1], 'count', commits, 'last', ARGV[5], string.format('%d', commits % remembered), ARGV[5])
return { 1, commits, ARGV[5] }
