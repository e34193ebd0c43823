import { purposesOf } from "../policy/access.js";
import { type Policy, type Post, type Purpose, ROLES, type Role } from "../policy/policy.js";
import { kebab } from "../server/demo-people.js";
import { Misuse } from "./exit.js";

/** The post that a role alone stands for: of an agency's own people the one who sees the most. */
const HEAD = "head";

/** @param text "school", or an agency of the demo: "school-jinyuan-1" @throws Misuse naming what there is */
export function roleOf(text: string): Role {
  const role = ROLES.find((known) => `${text}-`.startsWith(`${kebab(known)}-`));
  if (!role) throw new Misuse(`No role ${text}. Use one of ${ROLES.map(kebab).join(", ")}`);
  return role;
}

/**
 * @param text "school/class-teacher", "school" for its head, or a person "school-jinyuan-1/class-teacher-2"
 * @throws Misuse naming what there is
 */
export function holderOf(policy: Policy, text: string): { readonly role: Role; readonly post: Post } {
  const [roleText = "", postText = HEAD] = text.split("/");
  const role = roleOf(roleText);
  const posts = policy.postsOf(role);
  const post = posts.find((known) => kebab(known.post) === postText.replace(/-\d+$/, ""));
  if (!post)
    throw new Misuse(
      `${roleText} has no post ${postText}. Use one of ${posts.map((one) => kebab(one.post)).join(", ")}`,
    );
  return { role, post };
}

/** @throws Misuse naming what there is */
export function purposeOf(policy: Policy, role: Role, text: string): Purpose {
  const purpose = policy.purposes.get(text);
  if (!purpose?.roles.has(role))
    throw new Misuse(
      `${kebab(role)} has no purpose ${text}. Use one of ${purposesOf(policy, role)
        .map((one) => one.purpose)
        .join(", ")}`,
    );
  return purpose;
}

/** "school" is "school/head"; what names a post, or a person, stays. */
export const withPost = (as: string, post: string = HEAD): string => (as.includes("/") ? as : `${as}/${post}`);
