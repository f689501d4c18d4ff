#!lua
-- Keeps a value, and answers what it was given.
-- KEYS[1] where it is kept
-- ARGV[1] value
redis.call('SET', KEYS[1], ARGV[1])
return { ARGV[1], redis.call('GET', KEYS[1]), #ARGV[1], false }
