import DataLoader from "dataloader";
import type { Conferred } from "../viewer/context.js";

interface Wanted {
  readonly audience: string;
  readonly row: string;
  readonly conferred: Conferred;
}

/**
 * The hub's words of one answer, asked for minor by minor and signed a group at a time.
 * @param confer words for one subgraph about one group, by global id
 */
export function wordsOf(
  confer: (audience: string, conferred: readonly Conferred[]) => ReadonlyMap<string, string>,
): (audience: string, row: string, conferred: Conferred) => Promise<string | null> {
  const loader = new DataLoader(
    async (wanted: readonly Wanted[]) => {
      const groups = new Map<string, Wanted[]>();
      for (const one of wanted) groups.set(groupOf(one), [...(groups.get(groupOf(one)) ?? []), one]);
      const words = new Map(
        [...groups].map(([group, [first, ...others]]) => [
          group,
          first &&
            confer(
              first.audience,
              [first, ...others].map(({ conferred }) => conferred),
            ),
        ]),
      );
      return wanted.map((one) => words.get(groupOf(one))?.get(one.conferred.id) ?? null);
    },
    { cacheKeyFn: (one) => `${groupOf(one)} ${one.conferred.id}` },
  );
  return (audience, row, conferred) => loader.load({ audience, row, conferred });
}

const groupOf = ({ audience, row }: Wanted): string => `${audience} ${row}`;
