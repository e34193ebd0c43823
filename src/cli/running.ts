import { z } from "zod";
import type { HubConfig } from "../config.js";
import { type DemoPeople, runningDemo } from "../server/demo-people.js";
import { requestToken } from "../server/demo-token.js";
import { Failed, Misuse } from "./exit.js";

/** The demo hub that runs on this data folder. @throws Failed there is none */
export function demoOf({ database: { dataDir } }: HubConfig): DemoPeople {
  const demo = runningDemo(dataDir);
  if (!demo) throw new Failed(`No demo hub is running on ${dataDir}. Start it with \`npm start\`, or set HUB_DATA_DIR`);
  return demo;
}

/**
 * A token of the demo issuer.
 * @param as "school/class-teacher": the first who holds that post; or any person, "school-jinyuan-2/class-teacher-3",
 *           whose number may be left out for the first; or the id of any system
 * @throws Misuse nobody is called that; Failed the hub was killed
 */
export async function tokenFor(demo: DemoPeople, as: string): Promise<string> {
  const person = demo.persons.find((one) => [one.as, one.subject].includes(as) || one.subject === `${as}-1`);
  if (person) return reached(demo, () => requestToken(demo.issuer, { subject: person.subject }));
  const client = demo.clients.find((one) => one.as === as || one.clientId === as);
  if (client) return reached(demo, () => requestToken(demo.issuer, { client }));
  throw new Misuse(`Nobody of the demo is ${as}. ${suggestions(demo, as)}`);
}

function suggestions({ persons, clients }: DemoPeople, as: string): string {
  const names = [...persons, ...clients].flatMap((one) => one.as ?? []);
  const [role = ""] = as.split("/");
  const alike = names.filter((name) => name.startsWith(`${role}/`));
  return alike.length > 0
    ? `There are ${alike.join(", ")}`
    : `There are people of ${[...new Set(names.map((name) => name.split("/")[0]))].join(", ")}`;
}

const answer = z.object({
  data: z.record(z.string(), z.unknown()).nullish(),
  errors: z
    .array(
      z.object({
        message: z.string(),
        path: z.array(z.union([z.string(), z.number()])).optional(),
        extensions: z
          .object({ code: z.string(), messageZh: z.string().optional(), remedy: z.unknown().optional() })
          .loose(),
      }),
    )
    .optional(),
});
export type Answer = z.infer<typeof answer>;

export interface Question {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly purpose?: string | undefined;
}

/** One GraphQL request to the running hub. @throws Failed it cannot be reached */
export async function ask(demo: DemoPeople, token: string, { query, variables, purpose }: Question): Promise<Answer> {
  const response = await reached(demo, () =>
    fetch(`${demo.hub}/graphql`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${token}`,
        "content-type": "application/json",
        ...(purpose === undefined ? {} : { "x-hub-purpose": purpose }),
      },
      body: JSON.stringify({ query, variables }),
    }),
  );
  return answer.parse(await response.json());
}

/** One line for each error of an answer. */
export const errorLines = ({ errors = [] }: Answer): string[] =>
  errors.map(({ message, extensions: { code, messageZh, remedy } }) =>
    [
      code,
      `${message}.`,
      messageZh,
      remedy ? `Remedy: ${typeof remedy === "string" ? remedy : JSON.stringify(remedy)}` : "",
    ]
      .filter(Boolean)
      .join(" "),
  );

/** A killed hub leaves its address behind. */
async function reached<T>({ hub }: DemoPeople, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof TypeError && error.message === "fetch failed")
      throw new Failed(`The demo hub at ${hub} does not answer. Start it again with \`npm start\``);
    throw error;
  }
}
