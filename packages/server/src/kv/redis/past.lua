#!lua
-- Looks whether what a process has seen still belongs to what has happened here. The text of each script follows.
--
-- KEYS[1] the past: a hash from `count` to how many commits there were, from `last` to the stamp of the newest one, and from the
--         places of the newest 1,024 to their stamps
-- ARGV[1] how many commits there were when this process last heard from here; 0 where it has not
-- ARGV[2] the stamp of the newest one then
--
-- Answers {-1, how many there are, the stamp of the newest one} where the partition has gone back; nothing is done then.

local remembered = 1024
local seen = tonumber(ARGV[1])
local past = redis.call('HMGET', KEYS[1], 'count', 'last', string.format('%d', seen % remembered))
local commits, newest = tonumber(past[1] or '0'), past[2] or ''
-- Of what is longer ago nobody can say whether it is the same.
local isRecent = seen > 0 and commits - seen < remembered
if commits < seen or (isRecent and past[3] ~= ARGV[2]) then return { -1, commits, newest } end
