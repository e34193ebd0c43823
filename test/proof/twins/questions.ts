import fc from "fast-check";
import { roleOf } from "../../../src/cli/words.js";
import type { Asker } from "../../../src/policy/decide.js";
import type { Purpose } from "../../../src/policy/policy.js";
import { mayShow } from "../../../src/policy/say.js";
import { RECORD_TYPES, type RecordType } from "../../../src/store/record-types.js";
import { examples } from "../../examples/demo.js";
import { Questions } from "../../oracle/asking/index.js";
import type { Supply } from "../../oracle/asking/inputs.js";
import { Dice } from "../../oracle/world/dice.js";
import { byType, rootsOf, tableOf } from "../../support/tables.js";
import type { Change, IdOf } from "./changes.js";
import { everythingOf, pointedQuestions, type Target } from "./pointed.js";
import type { Secret } from "./secrets.js";
import { type Town, type Viewer } from "./town.js";
import type { Asked, Twins } from "./twins.js";

/** How much is asked of one pair of twins. */
export interface Amount {
  /** Pointed questions of each viewer whose agency has to do with the records, and of each other one. */
  readonly close: number;
  readonly far: number;
  /** Viewers of each example. */
  readonly examples: number;
  readonly generated: number;
}

/** What can be asked about a secret, and by whom. */
export class Asking {
  readonly #dice: Dice;

  private constructor(
    private readonly town: Town,
    private readonly secret: Secret,
    private readonly hub: Twins["hub"],
    private readonly targets: readonly Target[],
    private readonly seed: number,
  ) {
    this.#dice = new Dice(seed);
  }

  static async of(town: Town, secret: Secret, twins: Twins, seed: number): Promise<Asking> {
    return new Asking(town, secret, twins.hub, await targetsOf(secret.about, town, twins), seed);
  }

  /** Questions of all who must not notice: whoever is near the records, and one of each post of the two townships. */
  ofOthers({ close, far, examples, generated }: Amount): Asked[] {
    const { town, secret } = this;
    const others = town.viewers.filter((viewer) => !secret.mayKnow(viewer, town));
    const near = others.filter((viewer) => this.#isNear(viewer));
    const one = [...new Map(others.map((viewer) => [placeOf(viewer), viewer])).values()].filter(
      (viewer) => !near.includes(viewer) && !placeOf(viewer).startsWith("shangqiao"),
    );
    return [
      ...near.flatMap((viewer) => this.#some(viewer, close)),
      ...one.flatMap((viewer) => this.#some(viewer, far)),
      ...this.#examples([...near, ...one], examples),
      ...this.#generated([...near, ...one], generated),
    ];
  }

  /** Every pointed question of a viewer, for every purpose that shows such records at all. */
  pointed(viewer: Viewer): Asked[] {
    return this.#purposesOf(viewer).flatMap((purpose) => this.#pointedFor(viewer, purpose));
  }

  #some(viewer: Viewer, count: number): Asked[] {
    const purposes = this.#purposesOf(viewer);
    return Array.from({ length: purposes.length > 0 ? count : 0 }, () =>
      this.#dice.oneOf(this.#pointedFor(viewer, this.#dice.oneOf(purposes))),
    );
  }

  #pointedFor(viewer: Viewer, purpose: Purpose): Asked[] {
    return pointedQuestions(this.hub.activation, this.#asker(viewer, purpose), this.targets).map((pointed) => ({
      ...pointed,
      subject: viewer.subject,
      purpose: purpose.purpose,
    }));
  }

  /** Those that show such records; where none does, one under which all is refused. */
  #purposesOf(viewer: Viewer): Purpose[] {
    const { policy, tables, coordinates } = this.hub.activation;
    const purposes = [...policy.purposes.values()].filter(({ roles }) => roles.has(viewer.role));
    const fruitful = purposes.filter((purpose) =>
      this.targets.some(({ type }) => {
        const guard = coordinates.get(`Query.${rootsOf(type)[1]}`);
        return guard !== undefined && mayShow(tables, guard, this.#asker(viewer, purpose));
      }),
    );
    return fruitful.length > 0 ? fruitful : purposes.slice(0, 1);
  }

  /** A change, read back with everything that may be shown of it. */
  change({ type, field, purpose }: Change, viewer: Viewer): Asked {
    const asker = this.#asker(viewer, this.hub.activation.policy.purposes.get(purpose) ?? null);
    const idOf: IdOf = (of, number) => this.town.ids.encode(of, this.town.keyOf(number));
    const payload = `{ made: id ... on ${type} ${everythingOf(this.hub.activation, asker, type, 1)} }`;
    return { subject: viewer.subject, query: `mutation { ${field(idOf)} ${payload} }`, purpose };
  }

  #asker({ subject, role, post: name }: Viewer, purpose: Purpose | null): Asker {
    const post = this.hub.activation.policy.post(role, name);
    if (!post) throw new TypeError(`${subject} holds no post of the policy`);
    return { role, post, purpose };
  }

  #isNear({ agency }: Viewer): boolean {
    return this.secret.about.some((number) => this.town.relationsTo(number).some((one) => one.agency === agency));
  }

  #examples(viewers: readonly Viewer[], count: number): Asked[] {
    return examples.flatMap(({ role, text, purpose }) => {
      const own = viewers.filter((viewer) => viewer.role === roleOf(role));
      return this.#dice
        .some(own, count)
        .map(({ subject }) => ({ subject, query: text, ...(purpose ? { purpose } : {}) }));
    });
  }

  #generated(askers: readonly Viewer[], count: number): Asked[] {
    const { schema, coordinates, policy } = this.hub.activation;
    const questions = new Questions({ schema, coordinates, policy, askers, supply: this.#supply() });
    return fc
      .sample(questions.any(), { seed: this.seed, numRuns: count })
      .map(({ asker, purpose, document: { query, variables, cursors } }) => ({
        subject: asker.subject,
        query,
        cursors,
        ...(purpose ? { purpose } : {}),
        ...(variables[0] ? { variables: variables[0] } : {}),
      }));
  }

  /** Mostly the records of the secret and what they say. */
  #supply(): Supply {
    const { town, targets, hub } = this;
    const ids = (type: RecordType) => targets.filter((target) => target.type === type).map(({ id }) => id);
    const stranger = (type: "Minor" | "Agency") => town.ids.encode(type, "01890000-0000-7000-8000-000000000000");
    return {
      ids: {
        ...byType(ids),
        Agency: ["police-station-jinyuan", "school-jinyuan-1"].map((code) =>
          town.ids.encode("Agency", town.keyOf(code)),
        ),
      },
      noIds: [stranger("Minor"), stranger("Agency"), "", "x"],
      coordinates: [...hub.activation.coordinates.keys()],
      valuesAt: (coordinate) => {
        const [type = "", field = ""] = coordinate.split(".");
        const values = targets.filter((target) => target.type === type).flatMap((target) => target.values(field));
        return values.length > 0 ? values : ["990101101201"];
      },
    };
  }
}

/** "jinyuan SCHOOL REGISTRAR": one of them is asked for all. */
const placeOf = ({ agency, role, post }: Viewer): string =>
  `${/jinyuan|qingxi|shangqiao|yunling/.exec(agency)} ${role} ${post}`;

/** Fields that are made of another column, and how; what is like the column's name needs nothing. */
const MADE: Readonly<Record<string, readonly [column: string, made: (value: string) => unknown]>> = {
  residence: ["place", (place) => place],
  division: ["place", (place) => place],
  township: ["place", (place) => `${place.slice(0, 9)}000`],
  heat: ["heat", Number],
  "SensitiveIncident.month": ["occurred_at", (moment) => moment.slice(0, 7)],
  "OpinionAlert.month": ["detected_at", (moment) => moment.slice(0, 7)],
  stageMonth: ["opened_on", (day) => day.slice(0, 7)],
};

async function targetsOf(about: readonly string[], { keyOf, ids }: Town, twins: Twins): Promise<Target[]> {
  const found = await Promise.all(
    about.map(keyOf).flatMap((key) =>
      RECORD_TYPES.map(async (type): Promise<Target[]> => {
        const rows = await twins.read<{ row: Record<string, unknown> }>(
          `SELECT to_jsonb(r) AS row FROM ${tableOf(type)} r WHERE id = $1`,
          [key],
        );
        const values = (field: string) => {
          const [column, made] = MADE[field] ?? MADE[`${type}.${field}`] ?? [snake(field), (value: string) => value];
          return [...new Set(rows.flatMap(({ row }) => row[column] ?? []).map((value) => made(String(value))))];
        };
        return rows.length > 0 ? [{ type, id: ids.encode(type, key), values }] : [];
      }),
    ),
  );
  return found.flat();
}

const snake = (field: string) => field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
