import { execute, type GraphQLError, type GraphQLSchema, parse, specifiedRules, validate } from "graphql";
import { DataSource } from "typeorm";
import { Agency, AgencyDuty, Client, Person } from "../../../src/domain/directory/index.js";
import { ENTITIES } from "../../../src/domain/index.js";
import { type Coordinates, readCoordinates } from "../../../src/policy/coordinates.js";
import type { Policy } from "../../../src/policy/policy.js";
import { buildHubSchema } from "../../../src/server/schema.js";
import type { IdCipher } from "../../../src/store/global-id.js";
import type { Store } from "../../../src/store/store.js";
import { Asked } from "./asked.js";
import { Data } from "./data.js";
import { Directory } from "./directory.js";
import { Facts, type Viewer } from "./facts.js";
import { resolveNaively } from "./fields.js";
import { Involvement } from "./involvement.js";
import { countLevels } from "./levels.js";
import { refuse } from "./question.js";
import { badInput, Refused, said } from "./refused.js";
import { guardEverything } from "./tree.js";

export interface NaiveAnswer {
  readonly status: number;
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors: readonly GraphQLError[];
  /** Fields of records by the level at which something was shown; nothing was run = nothing. */
  readonly shownAt?: Asked["shownAt"];
  readonly hidden?: Asked["hidden"];
  readonly disclosed?: Asked["disclosed"];
}

/**
 * The naive executor: every resolver a repository or a loader, graphql-shield on every field, filters, orders and pages
 * in TypeScript. Written from the words of the design and the policy, it shares with the hub only the schema, the
 * decision of one cell (src/policy/decide.ts), and the cipher of ids. What it answers, the hub must answer.
 */
export class NaiveExecutor {
  private constructor(
    private readonly dataSource: DataSource,
    private readonly schema: GraphQLSchema,
    private readonly policy: Policy,
    private readonly coordinates: Coordinates,
    private readonly ids: IdCipher,
  ) {}

  /**
   * @param store  the hub's database, which is asked as its superuser: no row security
   * @param url    of PostgreSQL's superuser; the embedded database has one session, and its own way to become it
   */
  static async open(store: Store, url: string | undefined, policy: Policy, ids: IdCipher): Promise<NaiveExecutor> {
    const dataSource = new DataSource({
      type: "postgres",
      ...(url ? { url } : { host: store.embedded?.socketFolder ?? "", username: "postgres", database: "postgres" }),
      entities: [...ENTITIES, Involvement],
      namingStrategy: store.dataSource.namingStrategy,
      installExtensions: false,
      extra: { max: 1 },
    });
    await dataSource.initialize();
    const schema = await buildHubSchema();
    resolveNaively(schema);
    const coordinates = readCoordinates(schema, policy);
    const guarded = guardEverything(schema, coordinates);
    countLevels(guarded, coordinates);
    return new NaiveExecutor(dataSource, guarded, policy, coordinates, ids);
  }

  close(): Promise<void> {
    return this.dataSource.destroy();
  }

  /** @param subject as the test hub takes it: a person's, or `client:` and the system's id */
  async ask(
    subject: string,
    query: string,
    { purpose, variables = {} }: { purpose?: string | undefined; variables?: Readonly<Record<string, unknown>> } = {},
  ): Promise<NaiveAnswer> {
    const document = parse(query);
    const invalid = validate(this.schema, document, specifiedRules, { hideSuggestions: true });
    if (invalid.length > 0)
      return { status: 400, errors: invalid.map(({ message }) => said("BAD_USER_INPUT", message)) };
    return this.dataSource.transaction("REPEATABLE READ", async (manager) => {
      await manager.query("SET LOCAL ROLE NONE");
      const data = new Data(manager);
      const viewer = await this.#viewer(data, subject);
      const now = new Date();
      try {
        const { role, post } = viewer;
        const asked = new Asked(
          this.schema,
          this.policy,
          this.coordinates,
          this.ids,
          viewer,
          { role, post, purpose: this.#purpose(viewer, purpose) },
          data,
          new Directory(data, this.ids),
          new Facts(viewer, this.policy, data, now),
          now,
        );
        refuse(asked, document, variables);
        const { data: found, errors = [] } = await execute({
          schema: this.schema,
          document,
          contextValue: asked,
          variableValues: variables,
        });
        // That a record is not found is an answer; every other error takes the whole of it.
        if (errors.some(({ extensions }) => extensions["code"] !== "NOT_FOUND_OR_NOT_SHARED"))
          throw new Refused(400, errors);
        const { shownAt, hidden, disclosed } = asked;
        return { status: 200, data: found ?? null, errors, shownAt, hidden, disclosed };
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        return { status: error.status, errors: error.errors };
      }
    });
  }

  #purpose({ role }: Viewer, stated: string | undefined) {
    if (stated === undefined) return null;
    const purpose = this.policy.purposes.get(stated);
    if (!purpose) throw badInput(`"${stated}" is no purpose of the policy`);
    if (!purpose.roles.has(role))
      throw new Refused(403, [said("PURPOSE_NOT_ALLOWED", `${role} may not ask for the purpose ${stated}`)]);
    return purpose;
  }

  async #viewer(data: Data, subject: string): Promise<Viewer> {
    const system = subject.startsWith("client:") ? await data.one(Client, "clientId", subject.slice(7)) : null;
    const person = system ? null : await data.one(Person, "subject", subject);
    const agency = await data.one(Agency, "id", (system ?? person)?.agency ?? "");
    const post = agency && this.policy.post(agency.kind, person?.post ?? "SYSTEM_CLIENT");
    if (!agency || !post) throw new TypeError(`Nobody knows ${subject}`);
    const duties = (await data.all(AgencyDuty)).filter((duty) => duty.agency === agency.id);
    return {
      person: person?.id ?? null,
      name: person?.name ?? null,
      agency: agency.id,
      role: agency.kind,
      post,
      duties,
    };
  }
}
