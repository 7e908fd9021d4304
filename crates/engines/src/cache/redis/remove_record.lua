-- Removes a record if it is at the revision seen. Answers 1 if it was, 0 where it is at another one, -1 where there is none.
-- KEYS: the record. ARGV: the revision seen.
local revision = redis.call('HGET', KEYS[1], 'revision')
if not revision then return -1 end
if revision ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
