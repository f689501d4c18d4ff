#!lua flags=no-writes
-- Reads several things of one moment. It follows past.lua.
--
-- KEYS[1] as there
-- KEYS    after it all hashes, sequences and orders that are named below, by their place in KEYS
-- ARGV    first, as there
-- ARGV    after them what is to be read:
--   e hash field                                an entry: its value, or nothing
--   n sequence                                  a sequence: its ends and the newest value, or nothing
--   w sequence from to                          a sequence from this number to that one: a value, or nothing, for each
--   r order hash min max count direction        a range: fields, each with its value
--
-- Answers {1, how many commits there are, the stamp of the newest one, and what was read, in the same order}.

local arg = 2
local answers = { 1, commits, newest }

local function take()
  arg = arg + 1
  return ARGV[arg]
end

local function takeKey()
  return KEYS[tonumber(take())]
end

local function window(sequence, from, to)
  local numbers = {}
  for number = from, to do numbers[#numbers + 1] = string.format('%d', number) end
  return redis.call('HMGET', sequence, unpack(numbers))
end

local function range(order, hash, min, max, count, direction)
  local fields
  if direction == '-' then
    fields = redis.call('ZRANGE', order, max, min, 'BYLEX', 'REV', 'LIMIT', 0, count)
  else
    fields = redis.call('ZRANGE', order, min, max, 'BYLEX', 'LIMIT', 0, count)
  end
  local entries = {}
  for _, field in ipairs(fields) do
    entries[#entries + 1] = field
    entries[#entries + 1] = redis.call('HGET', hash, field)
  end
  return entries
end

local function ends(sequence)
  local found = redis.call('HGET', sequence, 'ends')
  if not found then return { false, false } end
  return { found, redis.call('HGET', sequence, string.match(found, '%d+$')) }
end

while arg < #ARGV do
  local kind = take()
  local answer
  if kind == 'e' then
    answer = redis.call('HGET', takeKey(), take())
  elseif kind == 'n' then
    answer = ends(takeKey())
  elseif kind == 'w' then
    answer = window(takeKey(), tonumber(take()), tonumber(take()))
  else
    answer = range(takeKey(), takeKey(), take(), take(), take(), take())
  end
  answers[#answers + 1] = answer
end
return answers
