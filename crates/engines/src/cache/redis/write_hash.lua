-- Changes a hash if it is at the version that the writer saw. Answers with the new version, or with nothing where it is not.
-- Answers 0 while the bucket is closed.
-- KEYS: the hash; the last version given in its bucket; there while the bucket is closed.
-- ARGV: the version seen or ''; the mark of this write; the time to live in ms; how many fields go; their names; then the
-- names and values to set.
local hash, versions = KEYS[1], KEYS[2]
local seen, mark, ttl_ms, gone = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])

local stored = redis.call('HMGET', hash, 'version', 'writes')
local writes = stored[2] or ''
-- The same write once more: its answer was lost on the way.
local repeated = string.match(writes, mark .. '=(%d+)')
if repeated then return repeated end
local bucket = redis.call('MGET', versions, KEYS[3])
if bucket[2] then return '0' end
if (stored[1] or '') ~= seen then return false end

-- In microseconds, so the counter never leads the clock for long, and a counter that was lost starts above itself.
local time = redis.call('TIME')
local now_us = time[1] * 1000000 + time[2]
local last = tonumber(bucket[1] or '0')
local version = string.format('%.0f', math.max(now_us, last + 1))
redis.call('SET', versions, version)

for i = 5, 4 + gone do redis.call('HDEL', hash, ARGV[i]) end
local first = 5 + gone
-- As many at once as fit on Lua's stack.
for i = first, #ARGV, 1000 do redis.call('HSET', hash, unpack(ARGV, i, math.min(i + 999, #ARGV))) end
if first > #ARGV then
    local own = stored[1] and 3 or 0
    if redis.call('HLEN', hash) == own then
        redis.call('DEL', hash)
        return version
    end
end

local expires_at = string.format('%.0f', math.floor(now_us / 1000) + ttl_ms)
-- The last four writes with their versions, each of one length: a mark, `=`, 16 digits, a space.
local marks = mark .. '=' .. version .. ' ' .. string.sub(writes, 1, 3 * 34)
redis.call('HSET', hash, 'version', version, 'expires_at', expires_at, 'writes', marks)
redis.call('PEXPIREAT', hash, expires_at)
return version
