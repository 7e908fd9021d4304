-- Writes a hash as it was elsewhere. Answers 0 unless the bucket is closed for the move that asks.
-- KEYS: the hash; what closes its bucket.
-- ARGV: what closes it for this move; the version; when it runs out, in ms since 1970; then the names and values.
local hash = KEYS[1]
if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
redis.call('DEL', hash)
for i = 4, #ARGV, 2 do redis.call('HSET', hash, ARGV[i], ARGV[i + 1]) end
redis.call('HSET', hash, 'version', ARGV[2], 'expires_at', ARGV[3], 'writes', '')
redis.call('PEXPIREAT', hash, ARGV[3])
return 1
