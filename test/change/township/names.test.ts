import { createPeople } from "../../../src/change/township/names.js";
import { civilAge } from "../../../src/domain/minors/age.js";
import { parseCitizenNumber } from "../../../src/domain/minors/citizen-number.js";

const TODAY = "2026-05-20";

describe("invented people", () => {
  it("are the same for the same seed, and others for another", () => {
    expect(crowd(7)).toEqual(crowd(7));
    expect(crowd(7)).not.toEqual(crowd(8));
  });

  it("have unique citizen numbers of the unassigned area 99, valid in every part", () => {
    const people = createPeople(1);
    const numbers = Array.from({ length: 5000 }, () => {
      const birthDate = people.birthDate(0, 17, TODAY);
      const sex = people.pick(["MALE", "FEMALE"] as const);
      const number = people.citizenNumber(birthDate, sex, "990101");
      expect(parseCitizenNumber(number, "number")).toEqual({
        number,
        birthDate,
        sex,
        division: expect.stringMatching(/^99/),
      });
      return number;
    });
    expect(new Set(numbers).size).toBe(numbers.length);
  });

  it.each`
    minAge | maxAge
    ${0}   | ${0}
    ${6}   | ${11}
    ${17}  | ${17}
    ${25}  | ${60}
  `("are $minAge to $maxAge years old, every year of them", ({ minAge, maxAge }) => {
    const people = createPeople(2);
    const ages = Array.from({ length: 2000 }, () => civilAge(people.birthDate(minAge, maxAge, TODAY), TODAY));
    expect([...new Set(ages)].sort((a, b) => a - b)).toEqual(
      Array.from({ length: maxAge - minAge + 1 }, (_, year) => minAge + year),
    );
  });

  it("have names of every shape that a mask must hide", () => {
    const people = createPeople(3);
    const names = Array.from({ length: 3000 }, (_, at) => people.fullName(at % 2 === 0 ? "MALE" : "FEMALE"));
    expect(names.filter((name) => !/^\p{Script=Han}{2,4}$|^\p{Script=Han}+·\p{Script=Han}+$/u.test(name))).toEqual([]);
    expect(names.some((name) => name.length === 2)).toBe(true);
    expect(names.some((name) => name.startsWith("欧阳"))).toBe(true);
    expect(names.some((name) => name.includes("·"))).toBe(true);
  });

  it("have phone numbers that nobody was given", () => {
    const people = createPeople(4);
    for (let at = 0; at < 200; at += 1) expect(people.phone()).toMatch(/^1990000\d{4}$/);
  });

  it("are drawn within the bounds given", () => {
    const people = createPeople(5);
    const drawn = new Set(Array.from({ length: 500 }, () => people.int(3, 6)));
    expect([...drawn].sort()).toEqual([3, 4, 5, 6]);
    expect(people.chance(0)).toBe(false);
    expect(people.chance(1)).toBe(true);
    expect(() => people.pick([])).toThrow("Nothing to pick from");
  });

  function crowd(seed: number) {
    const people = createPeople(seed);
    return Array.from({ length: 20 }, () => {
      const birthDate = people.birthDate(0, 17, TODAY);
      return [
        people.fullName("FEMALE"),
        people.guardianName(),
        people.phone(),
        people.citizenNumber(birthDate, "FEMALE", "990101"),
      ];
    });
  }
});
