-- Removes a hash if it is at the version seen. Answers 1 if it was, 0 where it is at another version, -1 where there is none.
-- KEYS: the hash. ARGV: the version seen.
local version = redis.call('HGET', KEYS[1], 'version')
if not version then return -1 end
if version ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
