import type { County } from "./county.js";

export async function startUp(_county: County): Promise<{ embedded: { rssMb: number } }> {
  return { embedded: { rssMb: 0 } };
}
