-- Sets the mark if it is the one seen. Answers 1 if it was, or is the next one already; 0 if not.
-- KEYS: the mark. ARGV: the mark seen; the next one; '' is none.
local mark = redis.call('GET', KEYS[1]) or ''
if mark ~= ARGV[1] and mark ~= ARGV[2] then return 0 end
if ARGV[2] == '' then
    redis.call('DEL', KEYS[1])
else
    redis.call('SET', KEYS[1], ARGV[2])
end
return 1
