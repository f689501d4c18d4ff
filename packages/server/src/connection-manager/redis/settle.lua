#!lua
-- Notes that all others have let a name go, where it is still held under this fence.
-- KEYS[1] name: hash of fence, node, and earlier, the nodes that may not have let it go yet
-- ARGV[1] fence
if redis.call('HGET', KEYS[1], 'fence') == ARGV[1] then
  redis.call('HDEL', KEYS[1], 'earlier')
end
