-- Whether the store takes writes, or is being moved; empty: it does. It stands where every group of commits comes by last.

ALTER TABLE log ADD COLUMN mark text NOT NULL DEFAULT '';
