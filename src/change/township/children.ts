import { civilAge } from "../../domain/minors/index.js";
import type { Role } from "../../policy/policy.js";
import type { Cells, Draw } from "./cast.js";
import { givenNameOf, type People } from "./names.js";
import { CLASSES_A_GRADE, type Office, SCHOOLS, type Township, villageCode } from "./world.js";

/** The day on which the demo's registers were written; old enough not to lie ahead of any clock. */
export const TODAY = "2025-09-30";
const SCHOOL_YEAR = "2025-09-01";

/** A child, and the numbers under which agencies know it. */
export interface Child {
  readonly township: Township;
  /** 12 digits. */
  readonly residence: string;
  /** Number in each register that has the child: agency code -> number. The first is how other files name it. */
  readonly known: Map<string, string>;
  readonly pupil: { readonly school: string; readonly grade: number; readonly class: string } | null;
  /** Its place is fixed, because README or a test speaks of it. */
  readonly story: boolean;
  /** Cells of the register `minors` as the village, the school and the institutions have them. */
  readonly cells: Cells;
}

/** For whom the county cares, beside villages and schools: children of a rescue station and of a care institution. */
const INSTITUTIONS: Readonly<Partial<Record<Role, { readonly letter: string; readonly count: number }>>> = {
  RESCUE_STATION: { letter: "R", count: 8 },
  CARE_INSTITUTION: { letter: "H", count: 12 },
};

/** How other agencies' files name a child: `code:number`. */
export function nameOf({ known }: Child): string {
  const [first] = known;
  if (!first) throw new RangeError("A child that nobody knows");
  return first.join(":");
}

/**
 * Children of the townships. Most of school age are known to a village and to a school, each under its own number.
 * @param stories of the first township: those that README and tests speak of (examples/township/README.md)
 */
export function children(
  draw: Draw,
  offices: readonly Office[],
  townships: readonly Township[],
  stories: readonly Story[] = [],
): Child[] {
  const counts = new Map<string, number>();
  const next = (agency: string, letter: string) => {
    const count = counts.get(agency) ?? 0;
    counts.set(agency, count + 1);
    return draw.number(letter, count);
  };
  const all = townships.flatMap((township, no) => {
    const people = draw.people(`children ${township.id}`);
    return Array.from({ length: draw.children }, (_, at) =>
      child(people, township, draw, no === 0 ? stories[at] : undefined, next),
    );
  });
  // An institution knows children whom a village or school knows too, each under a number of its own.
  for (const { code, role, division } of offices) {
    const { letter, count } = INSTITUTIONS[role] ?? { letter: "", count: 0 };
    const people = draw.people(`children ${code}`);
    const here = all.filter(({ story, residence }) => !story && residence.startsWith(division));
    for (let at = 0; at < count; at += 1) {
      const drawn = people.pick(here);
      here.splice(here.indexOf(drawn), 1);
      drawn.known.set(code, next(code, letter));
    }
  }
  // The police brought the first story's child to the station in one night: school and station each keep a part of it.
  const [brought] = all;
  if (brought?.story) brought.known.set(STATION, next(STATION, "R"));
  return all;
}

/** Children whose place in the registers is fixed: village, grade, and number of the class. */
export interface Story {
  readonly village: number;
  readonly grade: number;
  readonly class: number;
}
const STATION = "rescue-station-yunling";
const story = (grade: number, no: number): Story => ({ village: 1, grade, class: no });
/** S1-0001 to S1-0008 are in class 3-1, but S1-0005 in 3-2; S2-0001 to S2-0003 in class 9-1. */
export const STORIES: readonly Story[] = [
  ...[1, 1, 1, 1, 2, 1, 1, 1].map((no) => story(3, no)),
  ...[1, 1, 1].map((no) => story(9, no)),
];

function child(
  people: People,
  township: Township,
  draw: Draw,
  fixed: Story | undefined,
  next: (agency: string, letter: string) => string,
): Child {
  const village = fixed?.village ?? people.int(0, township.villages.length - 1);
  const sex = people.pick(["MALE", "FEMALE"] as const);
  const birthDate = fixed
    ? people.birthDate(fixed.grade + 5, fixed.grade + 5, SCHOOL_YEAR)
    : people.birthDate(0, 15, TODAY);
  const grade = civilAge(birthDate, SCHOOL_YEAR) - 5;
  const school = SCHOOLS.findIndex(({ grades }) => grades.includes(grade));
  const atSchool = school >= 0 && (fixed !== undefined || people.chance(0.85));
  const inVillage = fixed !== undefined || !atSchool || people.chance(draw.known);

  const known = new Map<string, string>();
  if (inVillage) {
    const code = `village-community-${township.id}-${village + 1}`;
    known.set(code, next(code, `V${village + 1}`));
  }
  const schoolCode = `school-${township.id}-${school + 1}`;
  if (atSchool) known.set(schoolCode, next(schoolCode, `S${school + 1}`));

  const fullName = people.fullName(sex);
  const place = township.villages[village] ?? "";
  return {
    township,
    residence: villageCode(township, village),
    known,
    pupil: atSchool
      ? { school: schoolCode, grade, class: `K${grade}-${fixed?.class ?? people.int(1, CLASSES_A_GRADE)}` }
      : null,
    story: fixed !== undefined,
    cells: {
      full_name: fullName,
      given_name: givenNameOf(fullName),
      citizen_number: people.chance(0.97) ? people.citizenNumber(birthDate, sex, draw.area(township)) : "",
      birth_date: birthDate,
      sex,
      ethnic_group: people.chance(0.93) ? "01" : people.pick(["03", "05", "08", "11"]),
      residence: villageCode(township, village),
      home_address: `${township.name}${place}${people.int(1, 12)}组${people.int(1, 60)}号`,
      phone: grade >= 5 && people.chance(0.4) ? people.phone() : "",
      ...guardians(people),
      ...care(people, fixed !== undefined, birthDate),
    },
  };
}

function guardians(people: People): Cells {
  const [relation, other] = people.pick([
    ["母亲", "父亲"],
    ["父亲", ""],
    ["祖母", "祖父"],
    ["外祖母", ""],
    ["母亲", ""],
  ] as const);
  return {
    guardian_1_name: people.guardianName(),
    guardian_1_relation: relation,
    guardian_1_phone: people.phone(),
    ...(other === ""
      ? {}
      : { guardian_2_name: people.guardianName(), guardian_2_relation: other, guardian_2_phone: people.phone() }),
  };
}

function care(people: People, leftBehind: boolean, birthDate: string): Cells {
  if (!leftBehind && !people.chance(0.18)) {
    return people.chance(0.06)
      ? { care_categories: people.pick(["IN_HARDSHIP", "DE_FACTO_UNSUPPORTED", "ORPHAN"]) }
      : {};
  }
  if (!leftBehind && people.chance(0.2)) return { care_categories: people.pick(["MIGRANT", "MIGRANT;IN_HARDSHIP"]) };
  const since = birthDate > "2024-02-20" ? birthDate : "2024-02-20";
  return {
    care_categories: people.chance(0.15) ? "LEFT_BEHIND;IN_HARDSHIP" : "LEFT_BEHIND",
    carer: people.guardianName(),
    carer_phone: people.phone(),
    carer_since: since,
    carer_declared_to_school_on: people.chance(0.6) ? "2025-03-03" : "",
    carer_declared_to_village_on: people.chance(0.7) ? "2025-03-05" : "",
  };
}

/** What an agency's own register says of a child: a village and a school do not know the same. */
export function cellsFor(child: Child, agency: string): Cells {
  const {
    phone = "",
    ethnic_group = "",
    guardian_2_name,
    guardian_2_relation,
    guardian_2_phone,
    ...common
  } = child.cells;
  const key = child.known.get(agency) ?? "";
  if (agency.startsWith("school-")) return { ...common, key, phone, ethnic_group };
  if (agency.startsWith("village-"))
    return { ...child.cells, key, ...(child.pupil ? { phone: "", ethnic_group: "" } : {}) };
  // Institutions do not write care category, address, contact and guardians: policy rows R5 to R9b, writers.
  const { full_name = "", given_name = "", citizen_number = "", birth_date = "", sex = "", residence = "" } = common;
  return { key, full_name, given_name, citizen_number, birth_date, sex, ethnic_group, residence };
}

/** Grades of the stories. Their first class has the first teacher, whom `--as school/class-teacher` finds. */
const STORY_GRADES = [3, 9];

/** Classes of a school: number, name, and the teacher who has it. */
export function classesOf(school: Office): Cells[] {
  const teachers = school.staff.filter(({ post }) => post === "CLASS_TEACHER");
  const grades = SCHOOLS[Number(school.code.slice(-1)) - 1]?.grades ?? [];
  const first = grades.findIndex((grade) => STORY_GRADES.includes(grade));
  return grades.flatMap((grade, at) =>
    Array.from({ length: CLASSES_A_GRADE }, (_, no) => {
      const turn = (at - first + grades.length) % grades.length;
      return {
        key: `K${grade}-${no + 1}`,
        name: `${grade}年级(${no + 1})班`,
        teacher: teachers[turn * CLASSES_A_GRADE + no]?.subject ?? "",
      };
    }),
  );
}
