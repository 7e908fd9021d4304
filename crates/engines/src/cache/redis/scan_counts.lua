-- Counts in the order of their ids: id, value, id, value … Answers with nothing when the generation has no place (any more).
-- KEYS: the counts; the ids in order. ARGV: the id to begin after, or ''; how many at most.
local counts, ids = KEYS[1], KEYS[2]
if redis.call('HEXISTS', counts, '') == 0 then return false end
local from = ARGV[1] == '' and '-' or '(' .. ARGV[1]
local found = redis.call('ZRANGEBYLEX', ids, from, '+', 'LIMIT', 0, ARGV[2])
if #found == 0 then return {} end
local values = redis.call('HMGET', counts, unpack(found))
local answer = {}
for i, id in ipairs(found) do
    answer[2 * i - 1] = id
    answer[2 * i] = values[i]
end
return answer
