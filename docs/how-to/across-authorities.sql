-- Figures across authorities, from the folder `national` that each of them exported to with:
--     benefits export --parquet national
-- Run it with DuckDB in the folder that holds `national`. Set other times here, or before it is read.

SET VARIABLE as_at = coalesce(getvariable('as_at'), current_date);
SET VARIABLE known_at = coalesce(getvariable('known_at'), TIMESTAMP '9999-12-31');

CREATE OR REPLACE VIEW events AS FROM read_parquet('national/events/*/*.parquet', hive_types = {'authority': VARCHAR});
CREATE OR REPLACE VIEW deltas AS FROM read_parquet('national/deltas/*/*.parquet', hive_types = {'authority': VARCHAR});

-- What each authority's part holds, and by which token it is proved against the authority's own log.
CREATE OR REPLACE VIEW parts AS
SELECT authority, token, sandbox, count(*) AS events, max(recorded_at) AS recorded_to
FROM events GROUP BY ALL ORDER BY authority;

-- Parts whose two files were not written together: export those again. There should be none.
CREATE OR REPLACE VIEW torn AS
SELECT authority, count(DISTINCT token) AS tokens
FROM (SELECT authority, token FROM events UNION ALL SELECT authority, token FROM deltas)
GROUP BY authority HAVING tokens > 1;

-- Pounds by authority, financial year and series, as at a day, as known at an instant (UTC).
-- claimed = verified + measured_only + claimed_only; challenged is part of claimed. Never add the series up.
CREATE OR REPLACE VIEW totals AS
SELECT authority, financial_year, series, sum(amount) AS amount
FROM deltas
WHERE amount IS NOT NULL AND effective_on <= getvariable('as_at') AND recorded_at <= getvariable('known_at')
GROUP BY ALL HAVING sum(amount) <> 0 ORDER BY ALL;

-- The same by programme and release, as a programme's board has it.
CREATE OR REPLACE VIEW boards AS
SELECT authority, programme, release, series, sum(amount) AS amount
FROM deltas
WHERE amount IS NOT NULL AND effective_on <= getvariable('as_at') AND recorded_at <= getvariable('known_at')
GROUP BY ALL HAVING sum(amount) <> 0 ORDER BY ALL;

-- The events that make each authority's figures, with what they say.
CREATE OR REPLACE VIEW explained AS
SELECT authority, deltas.financial_year, series, position, events.type, events.reference, deltas.amount, body
FROM deltas JOIN events USING (authority, position)
WHERE deltas.amount IS NOT NULL;
