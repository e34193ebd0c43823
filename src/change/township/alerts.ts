import { OpinionLevel, OpinionStatus, OpinionTopic } from "../../domain/opinion/index.js";
import type { Cast, Cells } from "./cast.js";
import { moment } from "./incidents.js";
import type { People } from "./names.js";
import type { Office, Township } from "./world.js";

/** Alerts that a publicity centre has raised. */
const COUNT = 14;
/** Incidents of the governance office that an alert is about. */
const LINKED = 3;

/** Rows of the registers `alerts`, by agency code. @param stories those that README and tests speak of as well */
export function alerts(cast: Cast, stories: boolean): ReadonlyMap<string, readonly Cells[]> {
  return new Map(
    centresOf(cast).map((centre) => {
      const people = cast.draw.people(`alerts ${centre.code}`);
      const drawn = Array.from({ length: COUNT * cast.draw.times }, (_, at) =>
        someAlert(people, cast, cast.homeOf(centre), cast.draw.number("A", at)),
      );
      return [centre.code, [...((stories && STORIES[centre.code]) || []), ...drawn]];
    }),
  );
}

/** Rows of the registers `incident-alerts`: the governance office draws the edges, by agency code. */
export function incidentAlerts(cast: Cast, stories: boolean): ReadonlyMap<string, readonly Cells[]> {
  return new Map(
    centresOf(cast).flatMap((centre) => {
      const drawn = Array.from({ length: LINKED * cast.draw.times }, (_, at) => ({
        incident: cast.draw.number("I", at),
        alert: `${centre.code}:${cast.draw.number("A", at)}`,
      }));
      const told = ((stories && STORIES[centre.code]) || []).flatMap(({ key = "" }) =>
        key === "A-ALONE-1" ? [] : [{ incident: "I-ALERT-1", alert: `${centre.code}:${key}` }],
      );
      return cast
        .near(cast.homeOf(centre), "GOVERNANCE_EMERGENCY_OFFICE")
        .map(({ code }) => [code, [...told, ...drawn]] as const);
    }),
  );
}

const centresOf = (cast: Cast): Office[] => cast.offices.filter(({ role }) => role === "PUBLICITY_CULTURE_CENTRE");

function someAlert(people: People, cast: Cast, township: Township, key: string): Cells {
  const minor = people.chance(0.2);
  const villages = cast.near(township, "VILLAGE_COMMUNITY").map(({ division }) => division);
  return {
    key,
    source: people.pick(["演示短视频", "演示论坛", "演示微博"]),
    reference: `${township.id}-${key.slice(2)}`,
    topic: people.pick(Object.values(OpinionTopic)),
    level: people.pick([OpinionLevel.ORANGE, OpinionLevel.YELLOW, OpinionLevel.BLUE, OpinionLevel.BLUE]),
    heat: String(people.int(3, 90_000)),
    division: people.chance(0.7) ? people.pick(villages) : `${township.code}000`,
    detected_at: moment(people.int(0, 260), people.int(6, 22)),
    status: people.pick(Object.values(OpinionStatus)),
    author_account: minor ? `小小${people.int(100, 999)}` : `用户${people.int(10_000, 99_999)}`,
    author_is_minor: minor ? "yes" : "no",
    original_text: `${people.fullName("FEMALE")}在${township.name}上学路上被人跟踪,有线索请打${people.phone()}。`,
    redacted_text: `〔姓名已隐去〕在${township.name}上学路上被人跟踪,有线索请打〔号码已隐去〕。`,
  };
}

const alert = (
  key: string,
  reference: string,
  account: string,
  minor: boolean,
  text: string,
  redacted: string,
): Cells => ({
  key,
  source: "演示短视频",
  reference,
  topic: OpinionTopic.SCHOOL_SAFETY,
  level: OpinionLevel.ORANGE,
  heat: "48210",
  division: "990101101201",
  detected_at: "2025-09-12T17:20:00+08:00",
  status: OpinionStatus.RESPONDING,
  author_account: account,
  author_is_minor: minor ? "yes" : "no",
  original_text: text,
  redacted_text: redacted,
});

/** The alerts that README and tests speak of (examples/township/README.md). */
const STORIES: Readonly<Record<string, readonly Cells[]>> = {
  "publicity-culture-centre-jinyuan": [
    alert(
      "A-AUTHOR-1",
      "jinyuan-author-1",
      "三年级的小雨",
      true,
      "我们班丁一鸣在校门口被打了,他家电话19900000001,大家快来!",
      "〔姓名已隐去〕在校门口被打了,他家电话〔号码已隐去〕,大家快来!",
    ),
    alert(
      "A-ADULT-1",
      "jinyuan-adult-1",
      "石门村热心人",
      false,
      "中心小学门口有人闹事,孩子没人管,学校电话打不通。",
      "中心小学门口有人闹事,孩子没人管,学校电话打不通。",
    ),
    alert("A-ALONE-1", "jinyuan-alone-1", "路过金源", false, "学校食堂今天又是馊菜。", "学校食堂今天又是馊菜。"),
  ],
};
