import { concern, involve, takeIn, touch } from "./applying.js";
import {
  ADULTS_ALERT,
  CASE,
  CONCERNED,
  ELSEWHERE,
  INCIDENT,
  KNOWN,
  MINORS_ALERT,
  NEED,
  NUMBER,
  OF_CLASS_3_2,
  OTHER_ALERT,
  PLACED,
  PLACEMENT,
  QINGXI,
  STONE_GATE,
  SUSPECT,
  TOUCHED,
  VICTIM,
  VICTIMS_CASE,
  VISITED,
} from "./cast.js";
import {
  closeCase,
  closeSupportNeed,
  endPlacement,
  nameCasePerson,
  openCase,
  placeMinor,
  raiseOpinionAlert,
  raiseSupportNeed,
  registerMinor,
  reportIncident,
  type Trial,
} from "./changes.js";
import type { Query, Town, Viewer } from "./town.js";
import { holds, isNamed, nobody, takesPart } from "./who.js";

/** One thing that is so in one township and not in its twin. */
export interface Secret {
  readonly name: string;
  /** Numbers of the records that it is about. */
  readonly about: readonly string[];
  /** Makes the twin. */
  apply(query: Query, town: Town): Promise<void>;
  /** Who may know, in the words of policy/access-matrix.csv and posts.csv. All others must not notice. */
  mayKnow(viewer: Viewer, town: Town): boolean;
  /** Changes that could tell. */
  readonly trials: readonly Trial[];
}

const DONE = "done";
const HIDDEN = "NOT_FOUND_OR_NOT_SHARED";
/** Source and reference of the post that it is about. */
const POST = ["演示短视频", "qingxi-alone-1"] as const;

export const SECRETS: readonly Secret[] = [
  {
    name: "a child is the victim in a case",
    about: [CASE, VICTIM],
    apply: (query, { keyOf }) => concern(query, keyOf(CASE), keyOf(VICTIM), "VICTIM"),
    // R19 F:p*. A rescue station knows only the children that it has taken in (R1 F:o,e).
    mayKnow: (viewer, town) =>
      isNamed(viewer, CASE, town) &&
      holds(viewer, {
        POLICE_STATION: ["CASE_OFFICER"],
        SOCIAL_AFFAIRS_OFFICE: ["RESCUE_OFFICER"],
        JUSTICE_OFFICE: ["SUPPORT_LIAISON"],
        SCHOOL: ["LEGAL_VICE_PRINCIPAL"],
        WOMENS_FEDERATION: ["WOMEN_CHILDREN_OFFICER"],
        PROCURATORATE: ["JUVENILE_PROSECUTOR"],
      }),
    trials: [
      ["police-station-jinyuan/head-1", openCase(STONE_GATE, VICTIM), HIDDEN],
      ["police-station-jinyuan/case-officer-1", openCase(STONE_GATE, VICTIM), HIDDEN],
      ["police-station-jinyuan/head-1", nameCasePerson(CASE, "police-station-jinyuan/case-officer-2"), DONE],
    ],
  },
  {
    name: "a child is suspected in an open case",
    about: [CASE, SUSPECT],
    apply: (query, { keyOf }) => concern(query, keyOf(CASE), keyOf(SUSPECT), "SUSPECT"),
    // R20 F:p*. The school that takes part is not the child's (R1 F:o).
    mayKnow: (viewer, town) =>
      isNamed(viewer, CASE, town) &&
      holds(viewer, {
        POLICE_STATION: ["CASE_OFFICER"],
        SOCIAL_AFFAIRS_OFFICE: ["RESCUE_OFFICER"],
        JUSTICE_OFFICE: ["SUPPORT_LIAISON"],
        PROCURATORATE: ["JUVENILE_PROSECUTOR"],
      }),
    trials: [
      ["police-station-jinyuan/duty-officer-1", reportIncident(STONE_GATE, SUSPECT), HIDDEN],
      ["police-station-jinyuan/head-1", closeCase(CASE), DONE],
    ],
  },
  {
    name: "a child is touched by an incident",
    about: [INCIDENT, TOUCHED],
    apply: (query, { keyOf }) => touch(query, keyOf(INCIDENT), keyOf(TOUCHED)),
    // R27m F:p. The school that takes part is not the child's, and the rescue station has not taken it in.
    mayKnow: (viewer, town) =>
      takesPart(viewer, INCIDENT, town) &&
      holds(viewer, {
        POLICE_STATION: ["HEAD", "DUTY_OFFICER", "CASE_OFFICER"],
        SOCIAL_AFFAIRS_OFFICE: ["HEAD", "CHILD_SUPERVISOR", "RESCUE_OFFICER"],
        GOVERNANCE_EMERGENCY_OFFICE: ["HEAD", "INCIDENT_OFFICER"],
        PROCURATORATE: ["HEAD", "JUVENILE_PROSECUTOR"],
      }),
    trials: [
      ["school-jinyuan-1/legal-vice-principal-1", reportIncident(STONE_GATE, TOUCHED), HIDDEN],
      ["school-jinyuan-2/legal-vice-principal-1", reportIncident(STONE_GATE, TOUCHED), DONE],
      ["police-station-jinyuan/duty-officer-1", reportIncident(STONE_GATE, TOUCHED), HIDDEN],
    ],
  },
  {
    name: "an alert has another author, who is a minor",
    about: [ADULTS_ALERT, INCIDENT],
    apply: async (query, { keyOf }) => {
      await query("UPDATE opinion_alert SET author_account = $2, author_is_minor = true WHERE id = $1", [
        keyOf(ADULTS_ALERT),
        "四年级的阿木",
      ]);
    },
    // R29 F:o for who raised it, F:p by a part in its incident; a governance office sees a mask either way (M:p).
    mayKnow: (viewer, town) =>
      (viewer.agency === "publicity-culture-centre-jinyuan" &&
        holds(viewer, { PUBLICITY_CULTURE_CENTRE: ["HEAD", "OPINION_MONITOR"] })) ||
      (takesPart(viewer, INCIDENT, town) &&
        holds(viewer, {
          POLICE_STATION: ["HEAD", "DUTY_OFFICER", "CASE_OFFICER"],
          PROCURATORATE: ["HEAD", "JUVENILE_PROSECUTOR"],
        })),
    trials: [
      [
        "publicity-culture-centre-qingxi/opinion-monitor-1",
        raiseOpinionAlert("演示短视频", "jinyuan-adult-1", QINGXI),
        DONE,
      ],
    ],
  },
  {
    name: "an author who is a minor has another account",
    about: [MINORS_ALERT, INCIDENT],
    apply: async (query, { keyOf }) => {
      await query("UPDATE opinion_alert SET author_account = $2 WHERE id = $1", [keyOf(MINORS_ALERT), "小雨的同桌"]);
    },
    // R29 MASK_IF_MINOR_AUTHOR: at most M, for everybody.
    mayKnow: nobody,
    trials: [
      [
        "publicity-culture-centre-jinyuan/opinion-monitor-1",
        raiseOpinionAlert("演示短视频", "jinyuan-author-1", STONE_GATE),
        DONE,
      ],
    ],
  },
  {
    name: "somebody has a conflict of interest in a case",
    about: [CASE, CONCERNED],
    apply: (query, { keyOf }) =>
      involve(query, [
        { type: "Case", record: keyOf(CASE), person: "police-station-jinyuan/case-officer-1", kind: "CONFLICT" },
      ]),
    mayKnow: ({ subject }) => subject === "police-station-jinyuan/case-officer-1",
    trials: [["police-station-jinyuan/head-1", nameCasePerson(CASE, "police-station-jinyuan/case-officer-1"), DONE]],
  },
  {
    name: "a child of class 3-2 has another name and lives elsewhere in the village",
    about: [OF_CLASS_3_2],
    apply: async (query, { keyOf }) => {
      await query("UPDATE minor SET full_name = '阮清禾', given_name = '清禾', home_address = $2 WHERE id = $1", [
        keyOf(OF_CLASS_3_2),
        "金源镇柳溪村9组88号",
      ]);
    },
    // R1, R6: its own class teacher and those of the school who know every pupil, its village, the office of the place.
    mayKnow: ({ subject, agency, ...viewer }) =>
      subject === "school-jinyuan-1/class-teacher-2" ||
      (agency === "school-jinyuan-1" &&
        holds(viewer, { SCHOOL: ["HEAD", "REGISTRAR", "COUNSELLING_TEACHER", "LEGAL_VICE_PRINCIPAL"] })) ||
      (["village-community-jinyuan-3", "social-affairs-office-jinyuan"].includes(agency) &&
        holds(viewer, {
          VILLAGE_COMMUNITY: ["HEAD", "VILLAGE_CHILD_DIRECTOR"],
          SOCIAL_AFFAIRS_OFFICE: ["HEAD", "CHILD_SUPERVISOR", "AID_CLERK"],
        })),
    trials: [["school-jinyuan-2/legal-vice-principal-1", reportIncident(STONE_GATE, OF_CLASS_3_2), HIDDEN]],
  },
  {
    name: "a child has moved to another village of its township",
    about: [VISITED, INCIDENT],
    apply: async (query, { keyOf }) => {
      await query("UPDATE minor SET home_address = $2, place = 990101101202 WHERE id = $1", [
        keyOf(VISITED),
        "金源镇柳溪村3组21号",
      ]);
    },
    // R6 at F; liaisons of youth league and women's federation and the governance office see the township (B), others
    // no address at all. Both villages notice, for who lives there is known by it (j).
    mayKnow: ({ subject, agency, ...viewer }, town) =>
      subject === "school-jinyuan-1/class-teacher-1" ||
      (agency === "school-jinyuan-1" && holds(viewer, { SCHOOL: ["HEAD", "REGISTRAR"] })) ||
      (["village-community-jinyuan-2", "village-community-jinyuan-3"].includes(agency) &&
        holds(viewer, { VILLAGE_COMMUNITY: ["HEAD", "VILLAGE_CHILD_DIRECTOR"] })) ||
      (agency === "social-affairs-office-jinyuan" &&
        holds(viewer, { SOCIAL_AFFAIRS_OFFICE: ["HEAD", "CHILD_SUPERVISOR", "AID_CLERK"] })) ||
      (takesPart({ subject, agency, ...viewer }, INCIDENT, town) &&
        holds(viewer, {
          POLICE_STATION: ["HEAD", "DUTY_OFFICER", "CASE_OFFICER"],
          SOCIAL_AFFAIRS_OFFICE: ["RESCUE_OFFICER"],
          PROCURATORATE: ["HEAD", "JUVENILE_PROSECUTOR"],
        })),
    trials: [
      ["village-community-jinyuan-1/head-1", reportIncident("990101101001", VISITED), HIDDEN],
      ["village-community-jinyuan-3/head-1", reportIncident("990101101202", VISITED), HIDDEN],
    ],
  },
  {
    name: "an agency elsewhere knows the same child, under the same citizen number",
    about: [KNOWN, ELSEWHERE],
    apply: async (query, { keyOf, ids }) => {
      await query(
        `INSERT INTO minor (id, ref, place, full_name, given_name, citizen_number, birth_date, sex)
         SELECT $1, $2, 990101102201, full_name, given_name, citizen_number, birth_date, sex FROM minor WHERE id = $3`,
        [ELSEWHERE, ids.ref(ELSEWHERE), keyOf(KNOWN)],
      );
      await involve(query, [
        { type: "Minor", record: ELSEWHERE, agency: "village-community-qingxi-2", kind: "SOURCE" },
      ]);
    },
    // For whom the other record exists (R1): its village, the offices of that place and the county's education bureau.
    mayKnow: ({ agency, ...viewer }) =>
      ["village-community-qingxi-2", "social-affairs-office-qingxi", "education-bureau-yunling"].includes(agency) &&
      holds(viewer, {
        VILLAGE_COMMUNITY: ["HEAD", "VILLAGE_CHILD_DIRECTOR"],
        SOCIAL_AFFAIRS_OFFICE: ["HEAD", "CHILD_SUPERVISOR", "AID_CLERK"],
        EDUCATION_BUREAU: ["HEAD", "STUDENT_OFFICER"],
      }),
    trials: [
      ["school-jinyuan-1/registrar-1", registerMinor(NUMBER, STONE_GATE), DONE],
      ["school-jinyuan-2/registrar-1", registerMinor(NUMBER, STONE_GATE), DONE],
      ["village-community-qingxi-1/head-1", registerMinor(NUMBER, QINGXI), DONE],
      ["village-community-qingxi-1/head-1", reportIncident(QINGXI, ELSEWHERE), HIDDEN],
      ["police-station-qingxi/case-officer-1", openCase(QINGXI, ELSEWHERE), HIDDEN],
      ["village-community-qingxi-2/head-1", reportIncident("990101102201", ELSEWHERE), HIDDEN],
    ],
  },
  {
    name: "a rescue station has taken the child in, and the operator has joined its record to the school's",
    about: [KNOWN],
    apply: (query, { keyOf, ids }) =>
      takeIn(query, keyOf(KNOWN), ELSEWHERE, ids.ref(ELSEWHERE), "rescue-station-yunling"),
    // R1 F:o: the station itself, from its posts for all children.
    mayKnow: ({ agency, ...viewer }) =>
      agency === "rescue-station-yunling" && holds(viewer, { RESCUE_STATION: ["HEAD", "INTAKE_WORKER"] }),
    trials: [
      ["school-jinyuan-1/registrar-1", registerMinor(NUMBER, STONE_GATE), DONE],
      ["police-station-jinyuan/head-1", openCase(STONE_GATE, KNOWN), HIDDEN],
    ],
  },
  {
    name: "the women's federation, and not the justice office, has raised what a child needs",
    about: [NEED],
    apply: async (query, { keyOf }) => {
      await query("DELETE FROM involvement WHERE record = $1 AND kind = 'SOURCE'", [keyOf(NEED)]);
      await involve(query, [
        { type: "SupportNeed", record: keyOf(NEED), agency: "womens-federation-jinyuan", kind: "SOURCE" },
      ]);
    },
    // R39: the justice office sees what it has raised (F:o) from its posts for all of it, and only that; o opens nothing
    // to the women's federation. Whoever else sees the need must not learn from whom it is: J3.
    mayKnow: ({ agency, ...viewer }) =>
      agency === "justice-office-jinyuan" && holds(viewer, { JUSTICE_OFFICE: ["HEAD", "NOTICE_OFFICER"] }),
    trials: [
      ["school-jinyuan-1/head-1", raiseSupportNeed(VISITED), DONE],
      ["school-jinyuan-1/head-1", closeSupportNeed(NEED), "FIELD_NOT_SHARED"],
      ["social-affairs-office-jinyuan/head-1", closeSupportNeed(NEED), "FIELD_NOT_SHARED"],
      ["justice-office-jinyuan/head-1", closeSupportNeed(NEED), DONE],
    ],
  },
  {
    name: "the publicity centre of another township has raised an alert",
    about: [OTHER_ALERT, ELSEWHERE],
    apply: async (query, { keyOf, ids }) => {
      await query(
        `INSERT INTO opinion_alert (id, ref, place, topic, level, heat, detected_at, status, monitor, source, reference)
         SELECT $1, $2, 990101102000, topic, level, heat, detected_at, status, $3, source, 'qingxi-alone-1'
           FROM opinion_alert WHERE id = $4`,
        [ELSEWHERE, ids.ref(ELSEWHERE), keyOf("publicity-culture-centre-qingxi"), keyOf(OTHER_ALERT)],
      );
      await involve(query, [
        { type: "OpinionAlert", record: ELSEWHERE, agency: "publicity-culture-centre-qingxi", kind: "SOURCE" },
      ]);
    },
    // R28 F:o,j or B:j: whoever answers for alerts of all of 清溪镇 or of the county, from a post for all of them.
    mayKnow: ({ agency, ...viewer }) =>
      /-(qingxi(-[12])?|yunling)$/.test(agency) &&
      holds(viewer, {
        POLICE_STATION: ["HEAD", "DUTY_OFFICER", "SYSTEM_CLIENT"],
        SOCIAL_AFFAIRS_OFFICE: ["HEAD", "CHILD_SUPERVISOR", "SYSTEM_CLIENT"],
        JUSTICE_OFFICE: ["HEAD", "NOTICE_OFFICER", "SYSTEM_CLIENT"],
        SCHOOL: ["HEAD", "LEGAL_VICE_PRINCIPAL", "SYSTEM_CLIENT"],
        EDUCATION_BUREAU: ["HEAD", "STUDENT_OFFICER", "SYSTEM_CLIENT"],
        YOUTH_LEAGUE: ["HEAD", "COORDINATOR", "SYSTEM_CLIENT"],
        WOMENS_FEDERATION: ["HEAD", "CARE_COORDINATOR", "SYSTEM_CLIENT"],
        GOVERNANCE_EMERGENCY_OFFICE: ["HEAD", "INCIDENT_OFFICER", "LEDGER_CLERK", "SYSTEM_CLIENT"],
        PUBLICITY_CULTURE_CENTRE: ["HEAD", "OPINION_MONITOR", "SYSTEM_CLIENT"],
        PROCURATORATE: ["HEAD", "SYSTEM_CLIENT"],
      }),
    trials: [
      ["publicity-culture-centre-jinyuan/opinion-monitor-1", raiseOpinionAlert(...POST, STONE_GATE), DONE],
      ["publicity-culture-centre-qingxi/opinion-monitor-1", raiseOpinionAlert(...POST, QINGXI), DONE],
    ],
  },
  {
    name: "a child is placed outside its family",
    about: [KNOWN, ELSEWHERE],
    apply: async (query, { keyOf, ids }) => {
      const office = keyOf("social-affairs-office-jinyuan");
      await query(
        `INSERT INTO placement (id, ref, place, minor, placed_by, kind, office, placed_on, address, foster_carer)
         SELECT $1, $2, place, id, $3, 'FOSTER', $3, '2025-09-15', '清溪镇大坪村1组9号', '何秀英' FROM minor WHERE id = $4`,
        [ELSEWHERE, ids.ref(ELSEWHERE), office, keyOf(KNOWN)],
      );
      await involve(query, [
        { type: "Placement", record: ELSEWHERE, agency: "social-affairs-office-jinyuan", kind: "SOURCE" },
      ]);
    },
    // R32 F:o,j: the office itself, from its posts for all children. School and village have no cell without a part.
    mayKnow: ({ agency, ...viewer }) =>
      agency === "social-affairs-office-jinyuan" &&
      holds(viewer, { SOCIAL_AFFAIRS_OFFICE: ["HEAD", "CHILD_SUPERVISOR"] }),
    trials: [
      ["social-affairs-office-qingxi/head-1", placeMinor(KNOWN), HIDDEN],
      ["rescue-station-yunling/head-1", placeMinor(KNOWN), HIDDEN],
      ["school-jinyuan-1/legal-vice-principal-1", reportIncident(STONE_GATE, KNOWN), DONE],
    ],
  },
  {
    name: "a placed child is with another foster family, elsewhere",
    about: [PLACEMENT, PLACED],
    apply: async (query, { keyOf }) => {
      await query("UPDATE placement SET address = $2, foster_carer = $3 WHERE id = $1", [
        keyOf(PLACEMENT),
        "上桥镇河湾村4组2号",
        "罗桂芳",
      ]);
    },
    // R33 F:o for the office; F:p* for who is named in the case, and the police station's F:r, where the placement
    // exists for it (R32 F:p): the child is the case's victim.
    mayKnow: (viewer, town) =>
      (viewer.agency === "social-affairs-office-jinyuan" && holds(viewer, { SOCIAL_AFFAIRS_OFFICE: ["HEAD"] })) ||
      (isNamed(viewer, VICTIMS_CASE, town) &&
        holds(viewer, {
          POLICE_STATION: ["CASE_OFFICER"],
          SOCIAL_AFFAIRS_OFFICE: ["RESCUE_OFFICER"],
          PROCURATORATE: ["JUVENILE_PROSECUTOR"],
        })),
    trials: [
      ["social-affairs-office-qingxi/head-1", endPlacement(PLACEMENT), HIDDEN],
      ["social-affairs-office-jinyuan/child-supervisor-1", endPlacement(PLACEMENT), DONE],
    ],
  },
];
