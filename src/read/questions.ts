import { type DocumentNode, isInputType, type OperationDefinitionNode, typeFromAST } from "graphql";
import { type KeysByFact, keysByFact, type RowNumbers, rowReach } from "../facts/keys.js";
import type { Asker } from "../policy/decide.js";
import { isOutside, type ToldByRow } from "../policy/home.js";
import type { RecordType } from "../store/record-types.js";
import type { RowReach } from "../store/viewer-settings.js";
import type { Viewer } from "../viewer/viewer.js";
import { collectorOf, type Question, questionOf } from "./collect.js";
import { type Plan, planOperation } from "./plan.js";
import type { Reference } from "./reference.js";
import { shapeOf } from "./shape.js";
import type { Binding } from "./statement.js";
import type { ReadWorld } from "./world.js";

/** A plan under the name that the database knows it by. */
export interface NamedPlan extends Plan {
  readonly name: string;
}

/** One question of one viewer. */
export interface Asked {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly asker: Asker;
  readonly viewer: Viewer;
  /** At an agency: what the hub tells of the records that are asked for. */
  readonly told?: ReadonlyMap<Reference, ToldByRow> | undefined;
  /** Digest of the change as a gateway's client asks for it; absent where the document is the client's own. */
  readonly change?: string | undefined;
}

/** Plans that are kept; the least recently used goes first, and its statement is closed. */
const KEPT = 500;

/** Plans questions, once a shape. */
export class Questions {
  readonly #plans = new Map<string, NamedPlan>();
  readonly #numbers = new WeakMap<DocumentNode, number>();
  /** Keys and reach of viewers; a viewer who is looked up again is another object. */
  readonly #known = new WeakMap<object, Map<RecordType, KeysByFact>>();
  readonly #reaches = new WeakMap<object, RowReach>();
  #documents = 0;
  #planned = 0;

  constructor(
    readonly world: ReadWorld,
    private readonly rowNumbers: RowNumbers,
    private readonly evict: (name: string) => void,
    /** Statements of one connection have one name each. */
    private readonly prefix = "hub",
  ) {}

  /** The plan that is kept for questions of this shape: whatever the shape decides has been decided. */
  known(asked: Asked): NamedPlan | undefined {
    const shape = this.#shapeOf(asked);
    const plan = this.#plans.get(shape);
    if (plan) this.#keep(shape, plan);
    return plan;
  }

  /** @throws Refusal, Mistake as planOperation */
  plan(asked: Asked): NamedPlan {
    const known = this.known(asked);
    if (known) return known;
    const plan = {
      ...planOperation(this.world, asked.asker, asked.operation, this.question(asked)),
      name: `${this.prefix}_${++this.#planned}`,
    };
    this.#keep(this.#shapeOf(asked), plan);
    return plan;
  }

  #keep(shape: string, plan: NamedPlan): void {
    this.#plans.delete(shape);
    this.#plans.set(shape, plan); // the youngest
    if (this.#plans.size <= KEPT) return;
    const [[oldest, { name }] = ["", { name: "" }]] = this.#plans;
    this.#plans.delete(oldest);
    this.evict(name);
  }

  #shapeOf({ document, operation, variables, asker, viewer }: Asked): string {
    return [
      this.#numberOf(document),
      operation.name?.value ?? "",
      viewer.agency.role,
      asker.post.post,
      asker.purpose?.purpose ?? "",
      ...(operation.variableDefinitions ?? []).map(({ variable, type }) => {
        const named = typeFromAST(this.world.schema, type);
        return shapeOf(variables[variable.name.value], isInputType(named) ? named : undefined, this.world.ids);
      }),
    ].join("|");
  }

  question(asked: Pick<Asked, "document" | "variables">): Question {
    return questionOf(this.world.schema, asked);
  }

  /** Response keys of a type, at the root of the operation or below fields: for whoever walks a question. */
  collector(asked: Asked): ReturnType<typeof collectorOf> {
    return collectorOf(this.world.schema, asked);
  }

  binding({ viewer, variables, told }: Pick<Asked, "viewer" | "variables" | "told">, changed?: string): Binding {
    return { viewer, variables, told, keys: this.#keys(viewer), changed };
  }

  reach(viewer: Viewer): RowReach {
    const one = keyedAs(viewer);
    const reach = this.#reaches.get(one) ?? rowReach(viewer, this.#keys(viewer));
    this.#reaches.set(one, reach);
    return one === viewer ? reach : { ...reach, asker: viewer.client };
  }

  #keys(viewer: Viewer): (type: RecordType) => KeysByFact {
    const one = keyedAs(viewer);
    const memo = this.#known.get(one) ?? new Map<RecordType, KeysByFact>();
    this.#known.set(one, memo);
    return (type) => {
      const keys = memo.get(type) ?? keysByFact(viewer, type, this.world.tables.policy, this.rowNumbers);
      memo.set(type, keys);
      return keys;
    };
  }

  /** Apollo keeps parsed documents by their text; the same document is the same object. */
  #numberOf(document: DocumentNode): number {
    const number = this.#numbers.get(document) ?? ++this.#documents;
    this.#numbers.set(document, number);
    return number;
  }
}

/** Whose keys they are: all who come to an agency from outside have the same, of nothing. */
const keyedAs = (viewer: Viewer): object => (isOutside(viewer) ? viewer.post : viewer);
