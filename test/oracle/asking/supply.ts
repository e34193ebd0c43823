import type { Coordinates } from "../../../src/policy/coordinates.js";
import type { IdCipher } from "../../../src/store/global-id.js";
import { RECORD_TYPES, type RecordType } from "../../../src/store/record-types.js";
import { byType, tableOf } from "../../support/tables.js";
import { DIVISIONS } from "../world/directory.js";
import type { World } from "../world/index.js";
import type { Supply } from "./inputs.js";

const PLACES = ["residence", "division", "township"];
const MONTHS = ["2026-01", "2026-02", "2025-11", "2025-", "2026"];
/** The first matches most; the others no record has, or they mean something to SQL or to a date. */
const DATES = ["0001-01-01", "9999-12-31", "2012-02-28"];
const MOMENTS = [
  "2026-02-01T00:00:00+08:00",
  "2026-01-31T16:00:00.001Z",
  "0001-01-02T00:00:00Z",
  "9999-12-31T23:59:59-08:00",
  "0001-01-01T00:00:00+08:00",
];
const TEXTS = ["", "x", "%", "_", "'", '"', "\\", "{", "小", "𠮷", "NULL", "\n"];
const NUMBERS = [-1, 1, 8, 2_147_483_646];

/** What the world offers to ask for. */
export function supplyOf(world: World, ids: IdCipher, coordinates: Coordinates): Supply {
  const encode = (type: RecordType) => world.keys[type].map((key) => ids.encode(type, key));
  const [minor = ""] = encode("Minor");
  return {
    ids: {
      ...byType(encode),
      Agency: world.agencies.map((key) => ids.encode("Agency", key)),
    },
    noIds: [
      ids.encode("Minor", "01890000-0000-7000-8000-000000000000"),
      ids.encode("Agency", "01890000-0000-7000-8000-000000000000"),
      `C${minor.slice(1)}`,
      `${minor}=`,
      minor.toLowerCase(),
      "",
      "M",
      "x",
      "\u{1F600}",
    ],
    coordinates: [...coordinates.keys()],
    valuesAt: memoized((coordinate) => {
      const [type = "", property = ""] = coordinate.split(".");
      const record = RECORD_TYPES.find((known) => known === type);
      if (!record) return DIVISIONS.map(([code]) => code);
      if (/month$/i.test(property)) return MONTHS;
      const named = property.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
      const column = PLACES.includes(property) ? "place" : named;
      const held = (world.rows[tableOf(record)] ?? [])
        .map((row) => row[column])
        .filter((value) => value !== null && value !== undefined);
      // Few, and one that most records match, so that filters find something.
      const odd = strangers(property, held[0]);
      return [...new Set(held)].slice(0, 8).concat(odd, Array(6).fill(odd[0]));
    }),
  };
}

function memoized<T>(make: (key: string) => T): (key: string) => T {
  const made = new Map<string, T>();
  return (key) => {
    const value = made.get(key) ?? make(key);
    made.set(key, value);
    return value;
  };
}

function strangers(property: string, like: unknown): readonly unknown[] {
  if (typeof like === "number") return NUMBERS;
  if (PLACES.includes(property)) return DIVISIONS.map(([code]) => code);
  if (/At$/.test(property)) return MOMENTS;
  return /On$|Date$/.test(property) ? DATES : TEXTS;
}
