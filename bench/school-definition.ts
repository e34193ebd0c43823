import type { SCHOOL } from "../examples/agencies/school/src/records.js";

/** The example as it is built: with the kit, whose hub is that of dist/. */
export async function schoolDefinition(): Promise<typeof SCHOOL> {
  const built: { readonly SCHOOL: typeof SCHOOL } = await import(
    new URL("../../examples/agencies/school/dist/records.js", import.meta.url).href
  );
  return built.SCHOOL;
}
