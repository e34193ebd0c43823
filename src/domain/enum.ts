import { registerEnumType } from "type-graphql";

/** An enum of the schema. No value goes without words of its own: type and values in English and Chinese. */
export function enumType<Values extends Readonly<Record<string, string>>>(
  values: Values,
  name: string,
  description: string,
  meanings: Readonly<Record<keyof Values, string>>,
): void {
  registerEnumType<Readonly<Record<string, string>>>(values, {
    name,
    description,
    valuesConfig: Object.fromEntries(Object.entries(meanings).map(([value, words]) => [value, { description: words }])),
  });
}
