#!lua
-- Gives a name back, where it is still held under this fence. The fence is known for a while more, so that the next one is
-- higher even where Redis's clock was set back.
-- KEYS[1] name: hash of fence, node, and earlier, the nodes that may not have let it go yet
-- ARGV[1] fence
-- ARGV[2] for how many milliseconds it is known
if redis.call('HGET', KEYS[1], 'fence') == ARGV[1] then
  redis.call('HDEL', KEYS[1], 'node')
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
end
