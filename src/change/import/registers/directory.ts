import { LegalBasisKind } from "../../../domain/directory/index.js";
import { ROLES } from "../../../policy/policy.js";
import { RECORD_TYPES } from "../../../store/record-types.js";
import { optional, required } from "../column.js";
import {
  agency,
  creditCode,
  division,
  divisionCode,
  divisionPrefix,
  key,
  member,
  text,
  word,
  yesOrNo,
} from "../parsers.js";
import type { Register } from "../register.js";
import type { Said } from "../report.js";
import { insertRows } from "../rows.js";

const divisionColumns = { code: required(divisionCode), name: required(text) };
export const divisions: Register<typeof divisionColumns> = {
  name: "divisions",
  keeper: "operator",
  columns: divisionColumns,
  key: ["code"],
  async write({ fresh, changed }, { manager }) {
    const rows = [...fresh, ...changed].map(({ row }) => ({ code: row.code, name: row.name }));
    await insertRows(manager, "division", rows, "ON CONFLICT (code) DO UPDATE SET name = EXCLUDED.name");
  },
};

const agencyColumns = {
  code: required(key),
  kind: required(word(ROLES)),
  name: required(text),
  division: required(division),
  legal_basis_kind: required(member(LegalBasisKind)),
  legal_basis_document: required(text),
  credit_code: optional(creditCode),
  duty_phone: optional(text),
};
export const agencies: Register<typeof agencyColumns> = {
  name: "agencies",
  keeper: "operator",
  columns: agencyColumns,
  key: ["code"],
  record: { type: "Agency", table: "agency" },
  async write({ fresh, changed }, { manager }) {
    const rows = [...fresh, ...changed].map(({ id, row: { code, ...columns } }) => ({ id, ...columns }));
    await insertRows(
      manager,
      "agency",
      rows,
      `ON CONFLICT (id) DO UPDATE SET (kind, name, division, legal_basis_kind, legal_basis_document, credit_code, duty_phone) = (
         EXCLUDED.kind, EXCLUDED.name, EXCLUDED.division,
         EXCLUDED.legal_basis_kind, EXCLUDED.legal_basis_document, EXCLUDED.credit_code, EXCLUDED.duty_phone)`,
    );
  },
};

const dutyColumns = {
  agency: required(agency),
  record_type: required(word(RECORD_TYPES)),
  prefix: required(divisionPrefix),
};
export const duties: Register<typeof dutyColumns> = {
  name: "duties",
  keeper: "operator",
  columns: dutyColumns,
  key: ["agency", "record_type", "prefix"],
  async write({ fresh }, { manager }) {
    const rows = fresh.map(({ row }) => ({ ...row, agency: row.agency.id }));
    await insertRows(manager, "agency_duty", rows, "ON CONFLICT DO NOTHING");
  },
};

const personColumns = {
  subject: required(text),
  name: required(text),
  agency: required(agency),
  post: required(text),
  active: required(yesOrNo),
};
export const persons: Register<typeof personColumns> = {
  name: "persons",
  keeper: "operator",
  columns: personColumns,
  key: ["subject"],
  check({ agency, post }, refuse, { policy }) {
    const found = policy.post(agency.kind, post);
    if (!found) refuse("post", noSuchPost(policy.postsOf(agency.kind).map((one) => one.post)));
    else if (found.may.has("machine")) refuse("post", MACHINE);
  },
  async write({ fresh, changed }, { manager }) {
    const rows = [...fresh, ...changed].map(({ id, row }) => ({ id, ...row, agency: row.agency.id }));
    await insertRows(
      manager,
      "person",
      rows,
      `ON CONFLICT (subject) DO UPDATE SET (name, agency, post, active) = (
         EXCLUDED.name, EXCLUDED.agency, EXCLUDED.post, EXCLUDED.active)`,
    );
  },
  /** Whoever has left cannot ask any more. */
  async end(gone, { manager }) {
    await manager.query("UPDATE person SET active = false WHERE subject = ANY ($1)", [gone.map(({ key }) => key)]);
  },
};

const clientColumns = { client_id: required(text), agency: required(agency), active: required(yesOrNo) };
export const clients: Register<typeof clientColumns> = {
  name: "clients",
  keeper: "operator",
  columns: clientColumns,
  key: ["client_id"],
  async write({ fresh, changed }, { manager }) {
    const rows = [...fresh, ...changed].map(({ row }) => ({ ...row, agency: row.agency.id }));
    await insertRows(
      manager,
      "client",
      rows,
      "ON CONFLICT (client_id) DO UPDATE SET (agency, active) = (EXCLUDED.agency, EXCLUDED.active)",
    );
  },
};

const noSuchPost = (posts: readonly string[]): Said => ({
  code: "BAD_VALUE",
  message: "An agency of this kind has no such post",
  messageZh: "该类部门没有这一岗位",
  remedy: `Use one of ${posts.join(", ")}`,
});
const MACHINE: Said = {
  code: "BAD_VALUE",
  message: "This post is a system's, not a person's",
  messageZh: "该岗位属于业务系统,不能由个人担任",
  remedy: "Register the system in clients",
};
