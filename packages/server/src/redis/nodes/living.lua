#!lua flags=no-writes
-- Which nodes have a lease.
-- KEYS[1] nodes: sorted set of their names by when their leases are over, in milliseconds of Redis's time
-- Answers their names.
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
return redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. string.format('%d', now), '+inf')
