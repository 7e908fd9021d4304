-- Whether the feed takes activities, or is being moved; empty: it does. It stands where every group comes by last.

ALTER TABLE feed ADD COLUMN mark text NOT NULL DEFAULT '';
