import type { GraphQLSchema } from "graphql";
import type { Activation } from "../policy/activate.js";
import type { Asker } from "../policy/decide.js";
import { roleView } from "../policy/view.js";

/** The schema as each role and post sees it, made when first asked for. */
export class RoleViews {
  readonly #views = new Map<string, GraphQLSchema>();

  constructor(
    private readonly activation: Activation,
    private readonly schema: GraphQLSchema,
  ) {}

  of({ role, post }: Pick<Asker, "role" | "post">): GraphQLSchema {
    const key = `${role}/${post.post}`;
    const view = this.#views.get(key) ?? roleView(this.activation, this.schema, role, [post]);
    this.#views.set(key, view);
    return view;
  }
}
