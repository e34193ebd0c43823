import { registerEnumType } from "type-graphql";

/** An enum of the schema. No value goes without words of its own: type and values in English and Chinese. */
export function enumType<Values extends Readonly<Record<string, string>>>(
  values: Values,
  name: string,
  description: string,
  meanings: Readonly<Record<keyof Values, string>>,
): void {
  MEANINGS.set(values, meanings);
  registerEnumType<Readonly<Record<string, string>>>(values, {
    name,
    description,
    valuesConfig: Object.fromEntries(Object.entries(meanings).map(([value, words]) => [value, { description: words }])),
  });
}

const MEANINGS = new WeakMap<object, Readonly<Record<string, string>>>();

/** The Chinese word of a value, as people write it into a form: what stands behind the English in its description. */
export function wordInChinese<Value extends string>(values: Readonly<Record<string, Value>>, value: Value): string {
  const meaning = MEANINGS.get(values)?.[value] ?? "";
  return meaning.slice(meaning.lastIndexOf(". ") + 1).trim();
}
