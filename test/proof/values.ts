import type { RecordType } from "./reading.js";
import { ROLES } from "./reading.js";
import type { Values } from "./world.js";

/** Invented contents of the n-th row of a type; every third to seventh value is missing, each at another n. */
export function valuesOf(type: RecordType, n: number, near: boolean): Values {
  const or = <T>(every: number, value: T): T | null => (n % every === every - 1 ? null : value);
  const two = (number: number) => String(number).padStart(2, "0");
  const month = `2026-${two(1 + (n % 6))}`;
  const from = <T>(list: readonly T[]): T | undefined => list[n % list.length];
  const place = {
    division: { code: near ? "990101101201" : "990202202202" },
    township: { code: near ? "990101101000" : "990202202000" },
  };
  const texts = { narrative: or(4, `经过 ${n}`), partnerSummary: or(3, `摘要 ${n}`) };
  switch (type) {
    case "Minor": {
      const birthDate = `${2009 + (n % 15)}-${two(1 + (n % 12))}-15`;
      const grade = 1 + (n % 12);
      return {
        version: 1,
        ...place,
        fullName: `林小${n}`,
        givenName: `小${n}`,
        citizenNumber: or(5, `${990101}${birthDate.replaceAll("-", "")}${String(n).padStart(3, "0")}X`),
        birthDate,
        sex: from(["MALE", "FEMALE"]),
        ethnicGroup: or(4, "01"),
        careCategories: n % 3 ? ["LEFT_BEHIND"] : [],
        careNeeded: n % 3 > 0,
        homeAddress: or(6, `东村 ${n} 号`),
        phone: or(3, `139${String(n).padStart(8, "0")}`),
        guardians: [
          { fullName: `林大${n}`, phone: or(2, `138${String(n).padStart(8, "0")}`), relation: "51" },
          { fullName: `陈阿${n}`, phone: null, relation: "52" },
        ].slice(0, n % 3),
        entrustedCare: or(2, {
          carer: `奶奶 ${n}`,
          phone: or(3, "13700000000"),
          since: "2025-09-01",
          declaredToSchoolOn: or(5, "2025-09-02"),
          declaredToVillageOn: or(7, "2025-09-03"),
        }),
        enrolment: or(3, {
          school: { name: "部门 SCHOOL" },
          grade,
          class: from(["一班", "二班"]),
          since: "2024-09-01",
          stage: grade <= 6 ? "PRIMARY" : grade <= 9 ? "JUNIOR_HIGH" : "SENIOR_HIGH",
        }),
      };
    }
    case "Case": {
      const lead = ROLES[n % 3] ?? "";
      return {
        version: 1,
        ...place,
        ...texts,
        number: or(3, `案 ${n}`),
        kind: from(["BULLYING", "ABANDONMENT", "GUARDIANSHIP"]),
        stage: from(["ACCEPTED", "FILED", "TRANSFERRED"]),
        openedOn: `${month}-11`,
        closedOn: or(2, "2026-07-01"),
        stageMonth: month,
        lead,
        leadAgency: { name: `部门 ${lead}` },
      };
    }
    case "SensitiveIncident":
      return {
        version: 1,
        ...place,
        ...texts,
        kind: from(["INJURY", "MISSING"]),
        level: from(["I", "II", "III", "IV"]),
        occurredAt: `${month}-05T09:08:07.000+08:00`,
        month,
        status: from(["REPORTED", "RESPONDING", "CLOSED"]),
      };
    case "OpinionAlert":
      return {
        version: 1,
        ...place,
        topic: from(["ABUSE", "OTHER"]),
        level: from(["RED", "ORANGE", "YELLOW", "BLUE"]),
        heat: n,
        detectedAt: `${month}-07T23:30:00.000+08:00`,
        month,
        status: from(["DETECTED", "VERIFIED"]),
        source: from(["微博", "论坛"]),
        reference: `post-${n}`,
        authorAccount: or(3, `@user${n}`),
        originalText: or(4, `原文 ${n}`),
        redactedText: or(5, `遮蔽文本 ${n}`),
      };
    case "CareRegistration": {
      const by = ROLES[n % 5] ?? "";
      return {
        version: 1,
        by,
        registeredBy: { name: `部门 ${by}` },
        status: from(["LEFT_BEHIND", "MIGRANT", "BOTH"]),
        carer: or(4, `奶奶 ${n}`),
        parentsWorkPlace: or(3, "广东省东莞市"),
        since: `${month}-01`,
        endedOn: or(2, "2026-08-31"),
      };
    }
    case "GuardianshipAssessment": {
      const by = ROLES[n % 5] ?? "";
      const closedOn = or(2, "2026-08-31");
      return {
        version: 1,
        by,
        assessedBy: { name: `部门 ${by}` },
        assessedOn: `${month}-01`,
        risks: n % 3 ? ["POVERTY", "DOMESTIC_VIOLENCE"] : [],
        level: from(["HIGH", "MEDIUM", "LOW"]),
        findings: or(4, `评估 ${n}`),
        visits: n % 4,
        lastVisitOn: or(3, `${month}-20`),
        guidance: or(5, `指导 ${n}`),
        nextVisitBy: or(4, "2026-12-01"),
        closedOn,
        guidanceUnderWay: closedOn === null,
      };
    }
    case "CorrectionRequest":
      return {
        version: 1,
        about: `M${n}`,
        coordinate: from(CORRECTED),
        value: or(3, `建议值 ${n}`),
        reason: or(3, `理由 ${n}`),
        status: from(["OPEN", "ACCEPTED", "REFUSED", "WITHDRAWN"]),
        dueOn: `${month}-27`,
        reply: or(2, `答复 ${n}`),
      };
    case "SupportNeed":
      return {
        version: 1,
        kind: from(["PSYCHOLOGICAL", "STUDY", "LIVING"]),
        level: from(["HIGH", "MEDIUM", "LOW"]),
        advice: or(3, `每周谈心 ${n}`),
        status: from(["OPEN", "CLOSED"]),
      };
    case "SupportRecord": {
      const by = ROLES[n % 4] ?? "";
      const endedOn = or(2, "2026-08-31");
      return {
        version: 1,
        by,
        givenBy: { name: `部门 ${by}` },
        kind: from(["VISIT", "ASSISTANCE", "PLAN"]),
        summary: or(3, `走访 ${n}`),
        startedOn: `${month}-02`,
        endedOn,
        underWay: endedOn === null,
      };
    }
    case "ProtectionMeasure": {
      const by = ROLES[n % 5] ?? "";
      return {
        version: 1,
        by,
        recordedBy: { name: `部门 ${by}` },
        kind: from(["WARNING_LETTER", "PROTECTION_ORDER"]),
        number: or(3, `文书 ${n}`),
        issuer: `机关 ${n}`,
        terms: `内容 ${n}`,
        issuedOn: `${month}-01`,
        validUntil: or(2, `${month}-28`),
        addressee: or(4, { name: `部门 ${by}` }),
        endedOn: or(5, "2026-08-31"),
      };
    }
    case "Placement": {
      const by = ROLES[n % 5] ?? "";
      const [reviewedOn, endedOn] = [or(3, `${month}-21`), or(2, "2026-08-31")];
      const due = new Date(Date.parse(reviewedOn ?? `${month}-01`) + 30 * 86_400_000).toISOString().slice(0, 10);
      return {
        version: 1,
        by,
        placedBy: { name: `部门 ${by}` },
        office: { name: `部门 ${by}` },
        kind: from(["INSTITUTION", "WELFARE_HOME", "FOSTER", "OTHER"]),
        status: endedOn ? "ENDED" : reviewedOn ? "CONTINUED" : "PLACED",
        caredFor: endedOn === null,
        placedOn: `${month}-01`,
        reviewedOn,
        reviewDueOn: endedOn ? null : due,
        endedOn,
        address: or(4, `安置路 ${n} 号`),
        fosterCarer: or(5, `沈 ${n}`),
      };
    }
    case "Hazard": {
      const by = ROLES[n % 5] ?? "";
      const other = ROLES[(n + 1) % 5] ?? "";
      const stage = n % 7;
      const [level, days] = from([["MAJOR", 3] as const, ["LARGER", 10] as const, ["GENERAL", 30] as const]) ?? [
        "MAJOR",
        3,
      ];
      const since = <T>(reached: number, value: T) => (stage >= reached ? value : null);
      const due = new Date(Date.parse(`${month}-03`) + days * 86_400_000).toISOString().slice(0, 10);
      return {
        version: 1,
        ...place,
        by,
        other,
        foundBy: { name: `部门 ${by}` },
        origin: from(["INSPECTION", "SCREENING"]),
        kind: from(["FIRE", "VENUE", "WATER", "FOOD"]),
        level: since(1, level),
        placeName: `场所 ${n}`,
        foundOn: `${month}-02`,
        month,
        finding: `检查 ${n}`,
        responsiblePerson: or(3, `吴 ${n}`),
        status: ["NO_FINDING", "FOUND", "IN_LEDGER", "ASSIGNED", "RECTIFIED", "VERIFIED", "CLOSED"][stage],
        openedOn: since(2, `${month}-03`),
        dueOn: stage === 6 ? null : since(2, due),
        assignedTo: since(3, { name: `部门 ${by}` }),
        rectification: since(4, `整改 ${n}`),
        rectifiedOn: since(4, `${month}-05`),
        verifiedBy: since(5, { name: `部门 ${other}` }),
        verifiedOn: since(5, `${month}-06`),
        closedOn: since(6, `${month}-07`),
        recurrences: n % 3,
      };
    }
    case "LegalSupervision": {
      const by = ROLES[n % 5] ?? "";
      const [repliedOn, closedOn] = [or(2, `${month}-18`), or(3, "2026-08-31")];
      return {
        version: 1,
        by,
        submittedBy: { name: `部门 ${by}` },
        addressee: { name: `部门 ${by}` },
        kind: from(["CORRECTION_OPINION", "PROCURATORIAL_SUGGESTION", "SUPPORT_PROSECUTION", "PUBLIC_INTEREST"]),
        subject: `事项 ${n}`,
        issuedOn: `${month}-01`,
        dueOn: `${month}-${two(10 + (n % 15))}`,
        status: closedOn ? "CLOSED" : repliedOn ? "REPLIED" : "SUBMITTED",
        reply: or(4, `回复 ${n}`),
        repliedOn,
        result: or(5, `结果 ${n}`),
        closedOn,
      };
    }
  }
}

/** What requests would correct: fields of several types and groups, all of which are their own content at F alone. */
const CORRECTED = [
  "Minor.homeAddress",
  "Case.kind",
  "SensitiveIncident.kind",
  "Minor.fullName",
  "OpinionAlert.topic",
  "Case.narrative",
  "SupportRecord.kind",
] as const;
