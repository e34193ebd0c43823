import { ownValue } from "./contained.js";
import { isRecord } from "./nodes.js";
import type { Part, Shapes } from "./plan.js";

/** Where in the hub's answer agencies have something to add. */
export function placesIn(answer: Shapes, data: unknown): ReadonlyMap<Part, readonly object[]> {
  const places = new Map<Part, object[]>();
  look(answer, data);
  return places;

  function look(shapes: Shapes, value: unknown): void {
    if (Array.isArray(value)) for (const one of value) look(shapes, one);
    if (!isRecord(value)) return;
    const shape = shapeOf(shapes, value);
    for (const part of shape.parts) {
      const there = places.get(part) ?? [];
      places.set(part, there);
      there.push(value);
    }
    for (const { key, from } of shape.fields) if (from && "of" in from) look(from, ownValue(value, key));
  }
}

/**
 * The answer to the client's question: the hub's, without what only agencies need, and with what they have said.
 * @param added what an agency says of an object of the hub's answer; undefined where it says nothing
 */
export function shaped(shapes: Shapes, value: unknown, added: (part: Part, at: object) => object | undefined): unknown {
  if (Array.isArray(value)) return value.map((one) => shaped(shapes, one, added));
  return isRecord(value) ? fieldsOf(shapes, value, added) : value;
}

export const fieldsOf = (
  shapes: Shapes,
  value: object,
  added: (part: Part, at: object) => object | undefined,
): Record<string, unknown> =>
  Object.fromEntries(
    shapeOf(shapes, value).fields.map(({ key, from }) => {
      if (from === null) return [key, ownValue(value, key)];
      if ("of" in from) return [key, shaped(from, ownValue(value, key), added)];
      return [key, ownValue(added(from, value), key)];
    }),
  );

function shapeOf({ typename, of }: Shapes, value: object) {
  const name = typename && ownValue(value, typename);
  return of(typeof name === "string" ? name : undefined);
}
