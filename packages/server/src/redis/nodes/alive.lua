#!lua flags=no-writes
-- Whether a node has a lease.
-- KEYS[1] nodes: sorted set of their names by when their leases are over, in milliseconds of Redis's time
-- ARGV[1] name of the node
-- Answers 1 or 0.
local over = redis.call('ZSCORE', KEYS[1], ARGV[1])
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
return over and tonumber(over) > now and 1 or 0
