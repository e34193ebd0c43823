import { createHash } from "node:crypto";
import { citizenNumberCheckDigit, civilAge } from "../../domain/minors/index.js";

type Sex = "MALE" | "FEMALE";

const SURNAMES = [
  ..."王李张刘陈杨黄赵周吴徐孙朱马胡郭林何高罗郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余叶蒋杜苏魏程吕丁沈任姚卢傅钟姜崔谭廖范汪陆金石戴贾韦夏邱方侯邹熊孟秦白江阎薛尹段雷黎史龙陶贺顾毛郝龚邵万钱严覃武戚莫孔汤",
];
const COMPOUND_SURNAMES = ["欧阳", "司马", "上官", "诸葛", "皇甫", "尉迟", "慕容", "令狐"];
const GIVEN: Record<Sex, string[]> = {
  MALE: [..."伟强磊军洋勇杰涛明超浩宇轩博文昊天子豪俊泽嘉铭睿晨阳旭东志远鹏程家乐思源一鸣承安景行"],
  FEMALE: [..."芳娜敏静丽艳娟霞婷雪梅琳欣怡梦佳慧诗涵雨萱紫若彤语桐可馨思琪晓燕依诺静姝念安知夏"],
};
const DOTTED_GIVEN: Record<Sex, string[]> = {
  MALE: ["艾力", "吐尔逊", "阿迪力", "巴特尔", "扎西", "叶尔兰", "木合塔尔"],
  FEMALE: ["阿依古丽", "古丽娜尔", "热依拉", "其其格", "卓玛", "迪丽努尔", "阿依努尔"],
};
const DOTTED_FAMILY = ["买买提", "吐尔地", "阿不都", "达瓦", "哈斯", "努尔兰", "艾山江"];

/** Invented people: the same seed gives the same people in the same order. */
export interface People {
  /** An integer from min to max, both included. */
  int(min: number, max: number): number;
  /** True in this share of calls (0 to 1). */
  chance(share: number): boolean;
  pick<T>(list: readonly T[]): T;
  fullName(sex: Sex): string;
  guardianName(): string;
  /** 199 0000 xxxx; two people may have the same. */
  phone(): string;
  /**
   * A citizen number that no real person has: area 99xxxx is not assigned. Unique among these people.
   * @param birthDate YYYY-MM-DD
   * @param area      6 digits, 99xxxx
   */
  citizenNumber(birthDate: string, sex: Sex, area: string): string;
  /**
   * YYYY-MM-DD of somebody who is minAge to maxAge full years old (both included).
   * @param today YYYY-MM-DD
   */
  birthDate(minAge: number, maxAge: number, today: string): string;
}

/** What a full name without the surname is: of `欧阳晨` the last character, of `艾力·买买提` the part before the dot. */
export function givenNameOf(fullName: string): string {
  const [given = "", family] = fullName.split("·");
  if (family !== undefined) return given;
  return fullName.slice(COMPOUND_SURNAMES.some((surname) => fullName.startsWith(surname)) ? 2 : 1);
}

/** @param of  what they are drawn for: whoever is drawn for something else is another, and changes nothing here */
export function createPeople(seed: number, of = ""): People {
  const random = mulberry32(createHash("sha256").update(`${seed} ${of}`).digest().readInt32LE());
  const taken = new Set<string>();

  const int = (min: number, max: number) => min + Math.floor(random() * (max - min + 1));
  const chance = (share: number) => random() < share;
  const pick = <T>(list: readonly T[]): T => {
    const [item] = list.slice(int(0, list.length - 1));
    if (item === undefined) throw new RangeError("Nothing to pick from");
    return item;
  };

  const fullName = (sex: Sex) => {
    if (chance(0.03)) return `${pick(DOTTED_GIVEN[sex])}·${pick(DOTTED_FAMILY)}`;
    const surname = chance(0.03) ? pick(COMPOUND_SURNAMES) : pick(SURNAMES);
    return surname + pick(GIVEN[sex]) + (chance(0.8) ? pick(GIVEN[sex]) : "");
  };

  const citizenNumber = (birthDate: string, sex: Sex, area: string): string => {
    const order = int(0, 499) * 2 + (sex === "MALE" ? 1 : 0);
    const first17 = `${area}${birthDate.replaceAll("-", "")}${digits(order, 3)}`;
    if (taken.has(first17)) return citizenNumber(birthDate, sex, area);
    taken.add(first17);
    return first17 + citizenNumberCheckDigit(first17);
  };

  const birthDate = (minAge: number, maxAge: number, today: string): string => {
    const daysAgo = int(minAge * 365, (maxAge + 1) * 366);
    const day = new Date(Date.parse(`${today}T00:00:00Z`) - daysAgo * 86_400_000).toISOString().slice(0, 10);
    const age = civilAge(day, today);
    return age >= minAge && age <= maxAge ? day : birthDate(minAge, maxAge, today);
  };

  return {
    int,
    chance,
    pick,
    fullName,
    guardianName: () => fullName(pick<Sex>(["MALE", "FEMALE"])),
    phone: () => `1990000${digits(int(0, 9999), 4)}`,
    citizenNumber,
    birthDate,
  };
}

const digits = (value: number, length: number) => String(value).padStart(length, "0");

/** A small public-domain generator (Tommy Ettinger's mulberry32): enough for names, not for secrets. */
function mulberry32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
