-- Writes counts, each if none of a higher version is there. Answers 0 when the generation has no place (any more).
-- KEYS: the counts; the ids in order. ARGV: id, version and count of each; a count of '' is a deletion.
local counts, ids = KEYS[1], KEYS[2]
if redis.call('HEXISTS', counts, '') == 0 then return 0 end

-- Of decimal numbers, which may be larger than Lua's numbers are exact.
local function is_less(one, other)
    return #one < #other or (#one == #other and one < other)
end

for i = 1, #ARGV, 3 do
    local id, version, count = ARGV[i], ARGV[i + 1], ARGV[i + 2]
    local stored = redis.call('HGET', counts, id)
    if not stored or not is_less(version, string.match(stored, '^%d+')) then
        redis.call('HSET', counts, id, version .. ' ' .. count)
        if count == '' then
            redis.call('ZREM', ids, id)
        else
            redis.call('ZADD', ids, 0, id)
        end
    end
end
return 1
