-- Removes a hash if it is at the version seen. Answers 1 if it was, 0 where it is at another version, -1 where there is none.
-- Answers -2 while the bucket is closed.
-- KEYS: the hash; there while its bucket is closed. ARGV: the version seen.
if redis.call('EXISTS', KEYS[2]) == 1 then return -2 end
local version = redis.call('HGET', KEYS[1], 'version')
if not version then return -1 end
if version ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
