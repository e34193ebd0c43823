import { readdirSync, readFileSync } from "node:fs";
import { parse } from "yaml";
import { z } from "zod";
import { SUBGRAPHS } from "../federated.js";

/** The format of federation cases; README.md says what each part means. */

const names = z.enum(SUBGRAPHS);
const values = z.record(z.string(), z.unknown());
const texts = z.array(z.string().min(1)).default([]);

const ask = z.strictObject({
  as: z.string().nullable(),
  purpose: z.string().nullable(),
  query: z.string(),
  variables: values.optional(),
  operationName: z.string().optional(),
  headers: z.record(z.string(), z.string()).optional(),
  /** Instead of a question. */
  body: z.string().optional(),
});
export type Ask = z.output<typeof ask>;
const difference = ask.partial();
export type Difference = z.output<typeof difference>;

const answer = z.strictObject({
  status: z.int().default(200),
  /** "ANY", or all of it; nothing where it is left out. */
  data: z.unknown().optional(),
  /** In their order; of each what is named. */
  errors: z.array(values).default([]),
  has: texts,
  lacks: texts,
  /** Of the answer; null where there is none. */
  headers: z.record(z.string(), z.string().nullable()).default({}),
});
export type Expected = z.output<typeof answer>;

const fault = z.union([
  z.strictObject({ cut: z.literal(true) }),
  z.strictObject({ silent: z.literal(true) }),
  z.strictObject({
    status: z.int().optional(),
    body: z.string().optional(),
    headers: z.record(z.string(), z.string()).optional(),
    late: z.int().optional(),
    padded: z.int().optional(),
  }),
]);

const claims = values.optional();
const forge = z.strictObject({
  /** Whose last call is taken. */
  of: names,
  /** Where it is sent; default: where it was. */
  to: names.optional(),
  headers: z.record(z.string(), z.string().nullable()).default({}),
  /** In the body, under the assertion that there was for another. */
  replace: z.tuple([z.string(), z.string()]).optional(),
  /** Instead of the body; the assertion is made anew for it. */
  question: z.strictObject({ query: z.string(), variables: values.optional() }).optional(),
  /** Claims of each relation in the body, null to leave them out, "earlier" for those of the question before. */
  relation: z.union([values, z.null(), z.literal("earlier")]).optional(),
  /** Claims of the assertion. */
  assertion: claims,
  /** Who signs what is changed, instead of hub and gateway. */
  by: z.enum(["stranger", "nobody", "gateway"]).optional(),
  answer: z.strictObject({
    /** Refused, or every record null. */
    nothing: z.literal(true).optional(),
    status: z.int().optional(),
    code: z.string().optional(),
    data: z.unknown().optional(),
    has: texts,
    lacks: texts,
  }),
});
export type Forgery = z.output<typeof forge>;

const found = z.strictObject({ has: texts, lacks: texts });

const federationCase = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]+$/),
  /** The rule, in words. */
  rule: z.string(),
  /** Published cases that this one is written after: `<suite> <number>`. */
  after: z.array(z.string()).default([]),
  /** What subgraphs answer instead. */
  faults: z.partialRecord(names, fault).default({}),
  /** Asked before, by whoever; only that it is answered matters. */
  earlier: ask.optional(),
  ask,
  answer,
  /** Differences of further questions; their answers must be the same byte for byte, and no other calls be made. */
  alike: z.array(difference).default([]),
  /** Differences of questions that are asked at the same time, each with an answer of its own. */
  together: z.array(z.strictObject({ ask: difference, answer })).default([]),
  /** How often each agency was asked for the question. */
  calls: z.partialRecord(names.exclude(["hub"]), z.int()).default({}),
  /** All bytes that each subgraph got for the question. */
  told: z.partialRecord(names, found).default({}),
  /** What hub and school put on record for the question. */
  logged: z.partialRecord(names.exclude(["library"]), found).default({}),
  /** After the question the part in `<case>` ends by which `otherOffice/head` sees `<child>`; what is asked then. */
  ended: z.array(z.strictObject({ ask: difference, answer })).default([]),
  forge: z.array(forge).default([]),
});
export type FederationCase = z.output<typeof federationCase>;

const file = z.strictObject({
  about: z.string(),
  /** YAML anchors that several cases use. */
  words: z.unknown().optional(),
  cases: z.array(federationCase),
  /** Of a published suite, how many cases it has, and which do not apply. */
  published: z
    .strictObject({
      name: z.string(),
      address: z.string(),
      suites: z.record(z.string(), z.int()),
      not: z.array(
        z.strictObject({ why: z.string(), cases: z.record(z.string(), z.union([z.literal("all"), z.array(z.int())])) }),
      ),
    })
    .optional(),
});
export type CaseFile = z.output<typeof file> & { readonly name: string };

/** Numbers of a published suite: those after which a case is written, and of all, how many there are. */
export interface Published {
  readonly name: string;
  readonly address: string;
  readonly apply: readonly string[];
  readonly all: readonly string[];
  readonly not: readonly { readonly why: string; readonly cases: readonly string[] }[];
  /** `<suite> <number>` that is neither written nor said not to apply, or both, or that nobody has published. */
  readonly unclear: readonly string[];
}

/** What of a published suite is written here. */
export function publishedIn({ published, cases }: CaseFile): Published | undefined {
  if (!published) return undefined;
  const { name, address, suites } = published;
  const named = (suite: string, which: "all" | number[]) =>
    (which === "all" ? Array.from({ length: suites[suite] ?? 0 }, (_, n) => n + 1) : which).map((n) => `${suite} ${n}`);
  const all = Object.keys(suites).flatMap((suite) => named(suite, "all"));
  const apply = cases.flatMap(({ after }) => after);
  const not = published.not.map(({ why, cases }) => ({
    why,
    cases: Object.entries(cases).flatMap(([suite, which]) => named(suite, which)),
  }));
  const sorted = [...apply, ...not.flatMap(({ cases }) => cases)];
  const unclear = [...new Set([...all, ...sorted])].filter(
    (one) => sorted.filter((other) => other === one).length !== 1 || !all.includes(one),
  );
  return { name, address, apply, all, not, unclear };
}

/** All files of cases beside this one. @throws ZodError a file is not of this format */
export const caseFiles = (): CaseFile[] =>
  readdirSync(import.meta.dirname)
    .filter((name) => name.endsWith(".yaml"))
    .toSorted()
    .map((name) => ({
      ...file.parse(parse(readFileSync(`${import.meta.dirname}/${name}`, "utf8"), { merge: true })),
      name: name.replace(".yaml", ""),
    }));
