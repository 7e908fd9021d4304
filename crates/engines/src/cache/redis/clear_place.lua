-- Removes the place of a generation, unless there is a generation of that name: whoever dropped all derived data by
-- hand has made the numbers begin again.
-- KEYS: its record; its counts; their ids in order.
if redis.call('EXISTS', KEYS[1]) == 0 then redis.call('UNLINK', KEYS[2], KEYS[3]) end
