-- The band of age (policy row R3) on the last 1 March or 1 September; src/domain/minors/age.ts says the same.
-- One expression and not STRICT, so that the planner inlines it. ::timestamp, because age(date, date) would go
-- through the session's time zone.
CREATE FUNCTION age_band(birth date, today date) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT CASE WHEN birth <= today THEN
    (ARRAY['AGE_0_5', 'AGE_6_11', 'AGE_12_13', 'AGE_14_15', 'AGE_16_17'])[
      1 + width_bucket(
        extract(year FROM age(
          make_date(
            extract(year FROM today)::int - CASE WHEN extract(month FROM today) < 3 THEN 1 ELSE 0 END,
            CASE WHEN extract(month FROM today) BETWEEN 3 AND 8 THEN 3 ELSE 9 END,
            1)::timestamp,
          birth::timestamp))::int,
        ARRAY[6, 12, 14, 16, 18])]
  END
$$;
