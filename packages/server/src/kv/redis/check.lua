#!lua flags=no-writes
-- Looks whether all that transactions have read is still as they have read it. It is run by itself where nothing is written;
-- else commit.lua goes on where it ends. It follows past.lua.
--
-- KEYS[1] as there
-- KEYS[2] the newest commit of the process that asks: its number
-- KEYS     after it all hashes, sequences and orders that are named below, by their place
-- ARGV     first, as there
-- ARGV[3] the number of this commit, one more with each, 0 where nothing is written: sent again, it is answered as the first time
-- ARGV[4] how many milliseconds that is remembered
-- ARGV[6] how many checks follow
-- Checks:
--   e hash field stamp                                      an entry has this stamp; empty: there is none
--   n sequence ends                                         a sequence has these ends; empty: it has none
--   r order hash min max count direction digest             a range has these fields with these stamps
--
-- Answers {1, how many commits there are, the stamp of the newest one}, or {0, the same two, and for each check that fails its
-- place among the checks and what is there now: a value, a list of ends and the newest value, or nothing}.

local stampBytes = 12
local arg = 6

local function take()
  arg = arg + 1
  return ARGV[arg]
end

local function takeKey()
  return KEYS[tonumber(take())]
end

local function stampIn(hash, field)
  local value = redis.call('HGET', hash, field)
  return value and string.sub(value, 1, stampBytes) or '', value
end

local function rangeOf(order, min, max, count, direction)
  if direction == '-' then return redis.call('ZRANGE', order, max, min, 'BYLEX', 'REV', 'LIMIT', 0, count) end
  return redis.call('ZRANGE', order, min, max, 'BYLEX', 'LIMIT', 0, count)
end

local function digestOf(order, hash, min, max, count, direction)
  local pieces = {}
  for _, field in ipairs(rangeOf(order, min, max, count, direction)) do
    pieces[#pieces + 1] = field
    pieces[#pieces + 1] = stampIn(hash, field)
  end
  return redis.sha1hex(table.concat(pieces))
end

-- One that comes late, when its sender has given it up, finds a later one.
if tonumber(redis.call('GET', KEYS[2]) or 0) >= tonumber(ARGV[3]) and ARGV[3] ~= '0' then
  -- Something is written, so that replicas are waited for.
  redis.call('PEXPIRE', KEYS[2], ARGV[4])
  return { 1, commits, newest }
end

local answer = { 1, commits, newest }
local function fails(place, found)
  answer[1] = 0
  answer[#answer + 1] = place
  answer[#answer + 1] = found
end

for place = 1, tonumber(ARGV[6]) do
  local kind = take()
  if kind == 'e' then
    local hash, field, stamp = takeKey(), take(), take()
    local found, value = stampIn(hash, field)
    if found ~= stamp then fails(place, value) end
  elseif kind == 'n' then
    local sequence, ends = takeKey(), take()
    local found = redis.call('HGET', sequence, 'ends')
    -- With the newest value: else who follows a sequence that grows would always lack it.
    if (found or '') ~= ends then
      fails(place, found and { found, redis.call('HGET', sequence, string.match(found, '%d+$')) } or {})
    end
  else
    local order, hash, min, max, count, direction = takeKey(), takeKey(), take(), take(), take(), take()
    if digestOf(order, hash, min, max, count, direction) ~= take() then fails(place, false) end
  end
end
if answer[1] == 0 or ARGV[3] == '0' then return answer end
