/** A question of examples/<role>/, which is the only place where they are written. */
export interface Example {
  readonly zh: string;
  readonly en: string;
  readonly purpose: string;
  readonly post: string | undefined;
  readonly query: string;
}

const files = import.meta.glob<string>("../../examples/*/*.graphql", { query: "?raw", import: "default", eager: true });

/** The examples of a role, those of the post first. */
export function examplesOf({ role, post }: { readonly role: string; readonly post: string }): readonly Example[] {
  const own = Object.entries(files)
    .filter(([path]) => path.includes(`/${kebab(role)}/`))
    .map(([, query]) => parsed(query));
  const isForPost = (example: Example) => example.post === kebab(post);
  return [...own.filter(isForPost), ...own.filter((example) => !isForPost(example))];
}

function parsed(query: string): Example {
  const [, zh = "", en = ""] = query.split("\n");
  const line = (name: string) => new RegExp(`^${name}: (\\S+)$`, "m").exec(query)?.[1];
  return { zh, en, purpose: line("Purpose") ?? "", post: line("Post"), query };
}

/** POLICE_STATION -> police-station: how the folders are called. */
const kebab = (word: string): string => word.toLowerCase().replaceAll("_", "-");
