-- Makes the place of a generation, if the generation is still there.
-- KEYS: its record; its counts.
if redis.call('EXISTS', KEYS[1]) == 1 then redis.call('HSET', KEYS[2], '', '') end
