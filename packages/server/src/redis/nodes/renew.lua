#!lua
-- Renews the lease of a node, and forgets nodes whose leases are over.
-- KEYS[1] nodes: sorted set of their names by when their leases are over, in milliseconds of Redis's time
-- ARGV[1] name of the node
-- ARGV[2] for how many milliseconds
-- Answers 1 where the lease was there, 0 where it had to be taken anew, and then the names of all nodes.
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
local added = redis.call('ZADD', KEYS[1], now + tonumber(ARGV[2]), ARGV[1])
return { 1 - added, unpack(redis.call('ZRANGE', KEYS[1], 0, -1)) }
