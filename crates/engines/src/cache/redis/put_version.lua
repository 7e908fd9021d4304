-- Sets the last version given in a bucket. Answers 0 unless the bucket is closed for the move that asks.
-- KEYS: the last version; what closes the bucket. ARGV: what closes it for this move; the version.
if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2])
return 1
