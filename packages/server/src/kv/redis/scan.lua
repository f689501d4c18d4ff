#!lua flags=no-writes
-- Looks for keys, a few at a time, on the server of a Cluster that has the keys of one part.
-- KEYS[1] any key of the part
-- ARGV[1] where to go on: 0 at first, then what was answered
-- ARGV[2] pattern of the keys
-- Answers where to go on, 0 at the end, and the keys that were found.
local found = redis.call('SCAN', ARGV[1], 'MATCH', ARGV[2], 'COUNT', 1000)
return { found[1], found[2] }
