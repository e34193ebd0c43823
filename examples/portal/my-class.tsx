import type { ReactNode } from "react";
import { graphql } from "./generated";
import type { MyClassQuery } from "./generated/graphql";

export const MY_CLASS = graphql(`
  query MyClass($pupils: Int!) {
    viewer {
      name
      can(coordinates: ["Mutation.registerMinor", "Mutation.reportIncident"]) {
        coordinate
        level
        reason
      }
    }
    minors(first: $pupils, orderBy: { field: FULL_NAME }) {
      totalCount
      nodes {
        id
        fullName
        birthDate
        homeAddress
        careCategories
        guardians {
          fullName
          relation
          phone
        }
        disclosure {
          group
          name
          level
          requestable
        }
      }
    }
  }
`);

type Pupil = NonNullable<MyClassQuery["minors"]>["nodes"][number];
type Disclosure = Pupil["disclosure"][number];

/** The pupils of whoever asks: whom to call, who needs care, and what the hub keeps back. */
export function MyClass({ viewer, minors }: MyClassQuery) {
  return (
    <main>
      <h1>我的班级 My class</h1>
      <p>
        {viewer.name}: {minors?.totalCount} 名学生 pupils
      </p>
      {viewer.can.map((right) => (
        <Action key={right.coordinate} {...right} />
      ))}
      <table>
        <thead>
          <tr>
            {["姓名 Name", "出生日期 Born", "住址 Address", "关爱 Care", "监护人 Guardians", "不提供 Withheld"].map(
              (title) => (
                <th key={title} scope="col">
                  {title}
                </th>
              ),
            )}
          </tr>
        </thead>
        <tbody>
          {minors?.nodes.map((pupil) => (
            <Row key={pupil.id} {...pupil} />
          ))}
        </tbody>
      </table>
    </main>
  );
}

function Row({ fullName, birthDate, homeAddress, careCategories, guardians, disclosure }: Pupil) {
  return (
    <tr>
      <th scope="row">
        <Shown group="R1" of={disclosure}>
          {fullName}
        </Shown>
      </th>
      <td>
        <Shown group="R3" of={disclosure}>
          {birthDate}
        </Shown>
      </td>
      <td>
        <Shown group="R6" of={disclosure}>
          {homeAddress}
        </Shown>
      </td>
      <td>
        <Shown group="R5" of={disclosure}>
          {careCategories?.join(", ") || null}
        </Shown>
      </td>
      <td>
        <Shown group="R8" of={disclosure}>
          {guardians?.map((one) => `${one.relation} ${one.fullName} ${one.phone ?? ""}`).join("; ") || null}
        </Shown>
      </td>
      <td>
        {disclosure
          .filter(({ level }) => level === "-")
          .map(({ name, requestable }) => (requestable ? `${name}(可申请共享 can be requested)` : name))
          .join("、")}
      </td>
    </tr>
  );
}

/** Null says nothing by itself: only `disclosure` tells a value that there is not from one that is kept back. */
function Shown({ group, of, children }: { group: string; of: readonly Disclosure[]; children: ReactNode }) {
  const level = of.find((one) => one.group === group)?.level ?? "-";
  if (level === "-") return <em>不提供 not shown</em>;
  return children ?? "—";
}

const LABELS: Readonly<Record<string, string>> = {
  "Mutation.registerMinor": "登记学生 Register a pupil",
  "Mutation.reportIncident": "报告事件 Report an incident",
};

/** A button that the hub would refuse is not offered, and says why. */
function Action({ coordinate, level, reason }: MyClassQuery["viewer"]["can"][number]) {
  return (
    <button type="button" disabled={level === "-"} title={reason}>
      {LABELS[coordinate] ?? coordinate}
    </button>
  );
}
