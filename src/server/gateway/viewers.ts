import { z } from "zod";
import { digest } from "../../federation/assertion.js";
import type { Policy } from "../../policy/policy.js";
import { ROLES } from "../../policy/policy.js";
import { unauthenticated } from "../../viewer/unauthenticated.js";
import { Relayed } from "../format.js";
import type { KnownViewer } from "./context.js";
import type { Caller } from "./subgraph-call.js";
import type { HubAnswer } from "./subgraphs.js";

const QUESTION = { query: "{ viewer { role post } }" };
const answer = z.object({ viewer: z.object({ role: z.enum(ROLES), post: z.string() }) });

/** Milliseconds for which an answer stands, hence the longest that a revoked person is taken for what he was. */
const STANDS = 5_000;
/** Viewers kept at once, the oldest goes first. */
const KEPT = 10_000;

/** Who asks: the hub says so, never the token, which has been checked before. */
export class KnownViewers {
  readonly #kept = new Map<string, { readonly until: number; readonly viewer: Promise<KnownViewer> }>();

  constructor(
    private readonly policy: Policy,
    private readonly askHub: (context: Caller, question: object) => Promise<HubAnswer>,
  ) {}

  /** @throws what the hub refuses the token with; Fault HUB_UNAVAILABLE */
  of(context: Caller): Promise<KnownViewer> {
    const key = digest(context.token);
    const known = this.#kept.get(key);
    if (known && known.until > Date.now()) return known.viewer;
    this.#kept.delete(key);
    const viewer = this.#ask(context);
    this.#kept.set(key, { until: Date.now() + STANDS, viewer });
    viewer.catch(() => this.#kept.delete(key));
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > KEPT && oldest !== undefined) this.#kept.delete(oldest);
    return viewer;
  }

  async #ask(context: Caller): Promise<KnownViewer> {
    const { data, errors: [error] = [] } = await this.askHub(context, QUESTION);
    if (error) throw new Relayed(error);
    const {
      viewer: { role, post: name },
    } = answer.parse(data);
    const post = this.policy.post(role, name);
    if (!post) throw unauthenticated("a post that the gateway's policy does not know");
    return { role, post };
  }
}
