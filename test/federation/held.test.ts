import "reflect-metadata";
import { Field, ObjectType } from "type-graphql";
import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation, Unique } from "typeorm";
import { heldRegisters } from "../../src/agency/held.js";
import { enumType } from "../../src/domain/enum.js";
import { Group } from "../../src/policy/group.js";
import { describe as describeTables } from "../../src/store/store.js";

@Entity("minor")
class Minor {
  @PrimaryColumn("uuid") id: string;
}
const toMinor = (): PropertyDecorator => (target, property) => {
  ManyToOne(() => Minor)(target, property);
  JoinColumn({ name: "minor" })(target, property);
};

enum Mood {
  GOOD = "GOOD",
  BAD = "BAD",
}
enumType(Mood, "Mood", "How it goes. 情绪", { GOOD: "Well. 好", BAD: "Not well. 不好" });

@ObjectType()
@Entity("talk")
class Talk {
  @PrimaryColumn("uuid") id: string;
  @toMinor() minor: Relation<Minor>;
  @Group("R15") @Field(() => Mood, { description: "How it went. 情绪" }) @Column("text") mood: Mood;
  @Group("R15") @Column("text", { array: true }) topics: string[];
  @Group("R13") @Column("date", { nullable: true }) nextOn?: string;
}

@Entity("per_term")
@Unique(["minor", "term"])
class PerTerm {
  @PrimaryColumn("uuid") id: string;
  @toMinor() minor: Relation<Minor>;
  @Group("R13") @Column("text") term: string;
}

@Entity("one_each")
class OneEach {
  @PrimaryColumn("uuid") minor: string;
  @Group("R15") @Column("text") level: string;
}

@Entity("other")
class Other {
  @PrimaryColumn("uuid") id: string;
  @Column("text") name: string;
}

@Entity("no_group")
class NoGroup {
  @PrimaryColumn("uuid") id: string;
  @toMinor() minor: Relation<Minor>;
  @Column("text") term: string;
}
@Entity("no_type")
class NoType {
  @PrimaryColumn("uuid") id: string;
  @toMinor() minor: Relation<Minor>;
  @Group("R13") @Column("jsonb") marks: object;
}
@Entity("two_keys")
class TwoKeys {
  @PrimaryColumn("uuid") minor: string;
  @Group("R13") @PrimaryColumn("text") term: string;
}
@Entity("everybody_s_term")
@Unique(["term"])
class EverybodysTerm {
  @PrimaryColumn("uuid") id: string;
  @toMinor() minor: Relation<Minor>;
  @Group("R13") @Column("text") term: string;
}
@Entity("numbered")
@Unique(["minor", "term"])
@Index(["form"], { unique: true })
class Numbered {
  @PrimaryColumn("uuid") id: string;
  @toMinor() minor: Relation<Minor>;
  @Group("R13") @Column("text") term: string;
  @Group("R13") @Column("text") form: string;
}
@Entity("nothing")
class Nothing {
  @PrimaryColumn("uuid") id: string;
  @toMinor() minor: Relation<Minor>;
}

const registersOf = async (...types: (new () => object)[]) => heldRegisters(await describeTables([Minor, ...types]));

describe("a table that an agency keeps of its minors", () => {
  it.each`
    table         | type       | columns                                          | number
    ${"talk"}     | ${Talk}    | ${["key", "minor", "mood", "topics", "next_on"]} | ${["key"]}
    ${"per_term"} | ${PerTerm} | ${["minor", "term"]}                             | ${["minor", "term"]}
    ${"one_each"} | ${OneEach} | ${["minor", "level"]}                            | ${["minor"]}
  `("$table is a register of its columns, numbered by $number", async ({ table, type, columns, number }) => {
    const [register] = await registersOf(type);
    expect({ name: register?.name, columns: Object.keys(register?.columns ?? {}), key: register?.key }).toEqual({
      name: table,
      columns,
      key: number,
    });
  });

  it("says of each column who feeds it, what it may be called, and in which words", async () => {
    const [register] = await registersOf(Talk);
    const { mood, next_on } = register?.columns ?? {};
    expect([mood?.group, mood?.titles, next_on?.group]).toEqual(["R15", ["情绪"], "R13"]);
    const known = { agency: () => undefined, person: () => undefined, division: () => false, record: () => undefined };
    expect(mood?.read("不好", "mood", known)).toBe("BAD");
    expect(() => mood?.read("?", "mood", known)).toThrow();
    expect(next_on?.read("", "next_on", known)).toBeNull();
  });

  it("is one of a minor: the directory's tables and others are none", async () => {
    expect(await registersOf(Other)).toEqual([]);
  });

  it.each`
    type              | said
    ${NoGroup}        | ${/^no_group\.term: has no group/}
    ${NoType}         | ${/^no_type\.marks: is of a type that no file has/}
    ${TwoKeys}        | ${/^two_keys\.id: .*one primary column/}
    ${EverybodysTerm} | ${/^everybody_s_term\.term: what is unique is so of one minor/}
    ${Numbered}       | ${/^numbered\.form: what is unique is so of one minor/}
    ${Nothing}        | ${/^nothing\.id: .*without a group/}
  `("is refused where it cannot be filled from files: $said", async ({ type, said }) => {
    await expect(registersOf(type)).rejects.toMatchObject({
      code: "TABLE_UNFIT",
      exitCode: 2,
      message: expect.stringMatching(said),
    });
  });
});
