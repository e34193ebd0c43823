import type { Cast, Cells } from "./cast.js";
import { nameOf } from "./children.js";

/** What a village has found at the door of pupils of whom it keeps no record; their school keeps one. */
export function correctionRequests(cast: Cast): Cells[] {
  const [school, village] = ["school-jinyuan-1", "village-community-jinyuan-1"];
  const { division } = cast.office(village);
  const pupils = cast.children.filter(
    ({ known, residence }) => residence === division && known.has(school) && !known.has(village),
  );
  return pupils.slice(0, 2).map((child, at) => ({
    key: `K-000${at + 1}`,
    agency: village,
    minor: nameOf(child),
    home_address: `金源镇金源社区${at + 3}组${at + 12}号`,
    reason: "入户走访时核对了门牌",
  }));
}
