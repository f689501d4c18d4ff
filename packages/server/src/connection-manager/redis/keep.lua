#!lua
-- Keeps a name that a node has under a fence; also where Redis knows nothing of it any more, or only of an earlier holder,
-- for it may have lost what it had acknowledged.
-- KEYS[1] name: hash of fence, node, and earlier, the nodes that may not have let it go yet
-- ARGV[1] fence
-- ARGV[2] node
-- ARGV[3] for how many milliseconds it is known
-- Answers 1 where the node has it, 0 where another has taken it.
local fence = tonumber(redis.call('HGET', KEYS[1], 'fence')) or 0
if fence > tonumber(ARGV[1]) then return 0 end
redis.call('HSET', KEYS[1], 'fence', ARGV[1], 'node', ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1
