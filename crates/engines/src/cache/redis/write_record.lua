-- Writes a record if it is at the revision seen. Answers 1 if it was, 0 if not.
-- KEYS: the record. ARGV: the revision seen, 0 for none; the next revision; the mark of this write; the text.
local stored = redis.call('HMGET', KEYS[1], 'revision', 'mark')
-- The same write once more: its answer was lost on the way.
if stored[2] == ARGV[3] then return 1 end
if (stored[1] or '0') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'revision', ARGV[2], 'mark', ARGV[3], 'text', ARGV[4])
return 1
