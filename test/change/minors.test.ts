import { citizenNumberCheckDigit } from "../../src/domain/minors/index.js";
import {
  asker,
  codeOf,
  DATABASES,
  OTHER_VILLAGE,
  payload,
  refusal,
  rowsIn,
  startWorld,
  VILLAGE,
  WANG,
  WANGS_NUMBER,
  type World,
} from "./world.js";

const REGISTER = "mutation ($input: RegisterMinorInput!) { registerMinor(input: $input) { id } }";
const child = {
  fullName: "陈小雨",
  givenName: "小雨",
  birthDate: "2015-09-01",
  sex: "FEMALE",
  residence: VILLAGE,
};
const number = (first17: string) => first17 + citizenNumberCheckDigit(first17);

describe.each(DATABASES)("registering a minor on %s", (database) => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld(database);
  });
  afterAll(() => world?.close());
  const register = (who: string, input: object = {}, purpose = "CASE_HANDLING") =>
    asker(() => world, purpose)(who, REGISTER, { input: { ...child, ...input } });

  it("keeps every field, with the caller's agency as the only source", async () => {
    const answer = await asker(() => world, "CASE_HANDLING")(
      "school/HEAD",
      `mutation ($input: RegisterMinorInput!) { registerMinor(input: $input) {
         id fullName givenName citizenNumber birthDate sex ethnicGroup careCategories residence { code }
         homeAddress phone guardians { fullName relation phone }
         entrustedCare { carer phone since declaredToSchoolOn declaredToVillageOn } } }`,
      {
        input: {
          ...child,
          citizenNumber: number("99010120150901002"),
          ethnicGroup: "01",
          careCategories: ["LEFT_BEHIND"],
          homeAddress: "东村 12 号",
          phone: "000-1234",
          guardians: [{ fullName: "陈大山", relation: "父亲", phone: "000-5678" }],
          entrustedCare: { carer: "陈阿婆", phone: "000-9", since: "2025-02-01", declaredToSchoolOn: "2025-02-02" },
        },
      },
    );
    const { id, ...shown } = payload(answer);
    expect(shown).toEqual({
      fullName: "陈小雨",
      givenName: "小雨",
      citizenNumber: number("99010120150901002"),
      birthDate: "2015-09-01",
      sex: "FEMALE",
      ethnicGroup: "01",
      careCategories: ["LEFT_BEHIND"],
      residence: { code: VILLAGE },
      homeAddress: "东村 12 号",
      phone: "000-1234",
      guardians: [{ fullName: "陈大山", relation: "父亲", phone: "000-5678" }],
      entrustedCare: {
        carer: "陈阿婆",
        phone: "000-9",
        since: "2025-02-01",
        declaredToSchoolOn: "2025-02-02",
        declaredToVillageOn: null,
      },
    });
    expect(
      await world.sql("SELECT kind, agency, person FROM involvement WHERE record = $1", [world.keyOf(id)]),
    ).toEqual([{ kind: "SOURCE", agency: world.keyOf(world.agency("school")), person: null }]);
  });

  it.each`
    who                                 | purpose                       | input                              | because
    ${"school/REGISTRAR"}               | ${"COMPULSORY_EDUCATION"}     | ${{}}                              | ${"a school writes R1 to R4a"}
    ${"school/REGISTRAR"}               | ${"COMPULSORY_EDUCATION"}     | ${{ residence: OTHER_VILLAGE }}    | ${"a school keeps a register of its pupils, wherever they live"}
    ${"school/CLASS_TEACHER"}           | ${"LEFT_BEHIND_CARE"}         | ${{ careCategories: ["MIGRANT"] }} | ${"the teacher is assigned to the child that he registers"}
    ${"village/VILLAGE_CHILD_DIRECTOR"} | ${"LEFT_BEHIND_CARE"}         | ${{ homeAddress: "东村 1 号" }}    | ${"a village registers who lives in it"}
    ${"social/CHILD_SUPERVISOR"}        | ${"GUARDIANSHIP_SUPERVISION"} | ${{}}                              | ${"its duty covers the village"}
    ${"social/AID_CLERK"}               | ${"HARDSHIP_ASSISTANCE"}      | ${{ homeAddress: "东村 2 号" }}    | ${"R6 is in the post"}
  `("is open to $who for $purpose: $because", async ({ who, purpose, input }) => {
    expect(payload(await register(who, input, purpose))).toEqual({ id: expect.any(String) });
  });

  it.each`
    who                                 | purpose                   | input                                                        | coordinate                | remedy                                                | because
    ${"police/HEAD"}                    | ${"CASE_HANDLING"}        | ${{}}                                                        | ${"Minor.fullName"}       | ${null}                                               | ${"police read R1, and do not write it"}
    ${"bureau/HEAD"}                    | ${"COMPULSORY_EDUCATION"} | ${{}}                                                        | ${"Minor.fullName"}       | ${null}                                               | ${"nor does the education bureau"}
    ${"publicity/HEAD"}                 | ${"LEFT_BEHIND_CARE"}     | ${{}}                                                        | ${"Minor.fullName"}       | ${null}                                               | ${"no minor exists for the publicity centre"}
    ${"village/VILLAGE_CHILD_DIRECTOR"} | ${"RESCUE_AND_TRACING"}   | ${{}}                                                        | ${null}                   | ${expect.objectContaining({ kind: "OTHER_PURPOSE" })} | ${"a village does not trace"}
    ${"social/AID_CLERK"}               | ${"HARDSHIP_ASSISTANCE"}  | ${{ ethnicGroup: "01" }}                                     | ${"Minor.ethnicGroup"}    | ${null}                                               | ${"R4b is not in the post"}
    ${"school/REGISTRAR"}               | ${"COMPULSORY_EDUCATION"} | ${{ careCategories: ["MIGRANT"] }}                           | ${"Minor.careCategories"} | ${expect.objectContaining({ kind: "OTHER_PURPOSE" })} | ${"R5 is not in the purpose"}
    ${"social/HEAD"}                    | ${"CASE_HANDLING"}        | ${{ entrustedCare: { carer: "阿婆", since: "2025-01-01" } }} | ${"Minor.entrustedCare"}  | ${null}                                               | ${"school and village write R9b"}
  `("is refused to $who for $purpose: $because", async ({ who, purpose, input, coordinate, remedy }) => {
    const before = await rowsIn(world);
    const answer = await register(who, input, purpose);
    expect(answer.status).toBe(403);
    expect(answer.body.data).toBeUndefined();
    expect(refusal(answer)["coordinate"] ?? null).toBe(coordinate);
    expect(refusal(answer)["remedy"]).toEqual(remedy);
    expect(await rowsIn(world)).toEqual(before);
  });

  it("asks for a purpose first", async () => {
    expect(codeOf(await world.hub.ask("school/HEAD", REGISTER, { variables: { input: child } }))).toBe(
      "PURPOSE_REQUIRED",
    );
  });

  it.each`
    input                                                      | field                          | because
    ${{ fullName: "" }}                                        | ${"input.fullName"}            | ${"empty"}
    ${{ fullName: " \u3000" }}                                 | ${"input.fullName"}            | ${"blank"}
    ${{ givenName: "小\n雨" }}                                 | ${"input.givenName"}           | ${"two lines"}
    ${{ fullName: "长".repeat(201) }}                          | ${"input.fullName"}            | ${"too long"}
    ${{ birthDate: "2999-01-01" }}                             | ${"input.birthDate"}           | ${"yet to come"}
    ${{ birthDate: "1999-01-01" }}                             | ${"input.birthDate"}           | ${"an adult, MPL 2"}
    ${{ ethnicGroup: "57" }}                                   | ${"input.ethnicGroup"}         | ${"not in GB/T 3304"}
    ${{ residence: "990101101999" }}                           | ${"input.residence"}           | ${"no such division"}
    ${{ careCategories: ["MIGRANT", "MIGRANT"] }}              | ${"input.careCategories"}      | ${"the same twice"}
    ${{ guardians: [{ fullName: "甲", relation: "父亲" }, { fullName: "", relation: "母亲" }] }} | ${"input.guardians.1.fullName"} | ${"the second one is nameless"}
    ${{ entrustedCare: { carer: "乙", since: "2999-01-01" } }} | ${"input.entrustedCare.since"} | ${"yet to come"}
    ${{ citizenNumber: "990101201509010020" }}                 | ${"input.citizenNumber"}       | ${"wrong check digit"}
    ${{ citizenNumber: number("99010120150902002") }}          | ${"input.citizenNumber"}       | ${"another birth date"}
    ${{ citizenNumber: number("99010120150901001") }}          | ${"input.citizenNumber"}       | ${"another sex"}
    ${{ citizenNumber: number("32050820150901002") }}          | ${"input.citizenNumber"}       | ${"could be a real child's, and nothing is encrypted yet"}
  `("refuses $field: $because", async ({ input, field }) => {
    const before = await rowsIn(world);
    const answer = await register("school/HEAD", input);
    expect(answer.status).toBe(400);
    expect(refusal(answer)).toEqual({
      code: "BAD_USER_INPUT",
      messageZh: expect.stringMatching(/\S/),
      field,
      remedy: expect.stringMatching(/\S/),
    });
    expect(await rowsIn(world)).toEqual(before);
  });

  it("keeps a village to its own place, which is all that would show it the child", async () => {
    const answer = await register("village/VILLAGE_CHILD_DIRECTOR", { residence: OTHER_VILLAGE }, "LEFT_BEHIND_CARE");
    expect(refusal(answer)).toMatchObject({ code: "BAD_USER_INPUT", field: "input.residence" });
  });

  it("takes NOT_STATED beside a number, which says the sex by itself", async () => {
    expect(
      payload(await register("school/HEAD", { sex: "NOT_STATED", citizenNumber: number("99010120150901022") })),
    ).toBeTruthy();
  });

  it("answers for a number that another agency knows as for one that nobody knows, and joins nothing", async () => {
    const wang = { fullName: "王大雪", givenName: "大雪", birthDate: "2016-03-02" };
    const shown =
      "mutation ($input: RegisterMinorInput!) { registerMinor(input: $input) { fullName sex disclosure { group level } } }";
    const ask = (citizenNumber: string) =>
      asker(() => world, "CASE_HANDLING")("school/HEAD", shown, { input: { ...child, ...wang, citizenNumber } });
    const involved = () => world.sql("SELECT involved FROM minor WHERE id = $1", [WANG]);

    const before = await involved();
    const [known, unknown] = [await ask(WANGS_NUMBER), await ask(number("99010120160302004"))];
    expect(known.status).toBe(200);
    expect(known.text).toBe(unknown.text);
    expect(await involved()).toEqual(before);
  });
});

describe("registering a minor outside the demo", () => {
  it("takes no citizen number before there are envelopes, and all else", async () => {
    const world = await startWorld("postgresql", false);
    try {
      const register = asker(() => world, "CASE_HANDLING");
      const refused = await register("school/HEAD", REGISTER, { input: { ...child, citizenNumber: WANGS_NUMBER } });
      expect(refusal(refused)).toMatchObject({ code: "BAD_USER_INPUT", field: "input.citizenNumber" });
      expect(payload(await register("school/HEAD", REGISTER, { input: child }))).toBeTruthy();
    } finally {
      await world.close();
    }
  });
});
