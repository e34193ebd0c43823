import type { GraphQLResolveInfo } from "graphql";
import type { Change } from "../change/change.js";
import type { Answered, Work } from "../change/on-record.js";
import type { Arrived } from "../federation/assertion.js";
import type { Words } from "../federation/words.js";
import type { Access, Explanation } from "../policy/access.js";
import type { Asker } from "../policy/decide.js";
import type { Expectation } from "../policy/explain.js";
import type { Said } from "../policy/home.js";
import type { Purpose, Role } from "../policy/policy.js";
import type { Count, CountsAsked } from "../statistics/published.js";
import type { Subject } from "../statistics/subject.js";
import type { RecordType } from "../store/record-types.js";
import type { Viewer } from "./viewer.js";

/** A change: what a mutation's resolver does inside the transaction that `HubContext.change` opens for it. */
export type Command = (change: Change) => Promise<Changed>;

/** The record that the payload shows. */
export interface Changed {
  readonly type: RecordType;
  readonly key: string;
  /** Further records that were changed, for the log. */
  readonly also?: readonly Changed[];
}

/** At which levels groups that another server holds are open to the asker, on one record. */
export interface Conferred extends Said {
  /** Global id. */
  readonly id: string;
  /** Whether the asker's agency is one that keeps rows about the minor there. */
  readonly own: boolean;
  /** Of a group that is never told outside its source (SOURCE_ONLY): the word is for the agency's own people alone. */
  readonly ownOnly: boolean;
}

/**
 * In place of the hub's word, whoever asks and whatever the record: for this subgraph and row none is ever given
 * (`federation.agencies`). Hub and gateway are set up differently, and that is no reason to refuse the rest of a question.
 */
export const UNREGISTERED = "unregistered";

/** What kind of operation it is. */
export type OperationKind = "read" | "change" | "schema";

/** Where the time of a question goes. */
export type Phase = "plan" | "statement" | "walk" | "change" | "log";
export type Timed = <T>(phase: Phase, work: () => T | Promise<T>) => Promise<T>;

/** What the access line tells of a question; filled while it is answered. */
export interface Told {
  kind: OperationKind | null;
  /** Hash of the document. */
  operation: string | null;
  purpose: string | null;
  /** Of the first error. */
  code: string | null;
}

/** What resolvers and leaves see of a question. */
export interface HubContext {
  readonly requestId: string;
  readonly viewer: Viewer;
  /** The purpose as it was stated; checked when the question is. */
  readonly statedPurpose: string | undefined;
  readonly idempotencyKey: string | undefined;
  /** What the gateway says of the call: at /subgraph only. */
  readonly assertion: Arrived | null;
  /** Set once the purpose is checked. */
  asker: Asker;
  readonly told: Told;
  readonly timed: Timed;
  /** Purposes that the role may state. */
  readonly purposes: readonly Purpose[];
  /** What the viewer may expect at a coordinate; null for one that does not exist. */
  expect(coordinate: string): Expectation | null;
  /** The coordinate in words, for the viewer; null for one that does not exist. */
  explain(coordinate: string): Explanation | null;
  /** What every guarded field is to a role. */
  access(role: Role): readonly Access[];
  readonly directory: {
    agency(id: string): object | null;
    agencies(): readonly object[];
    division(code: string): object | null;
    divisions(): readonly { readonly code: string }[];
  };
  /** Published counts of a subject that the rule tree opens to the asker, on record as counted. */
  count(subject: Subject, asked: CountsAsked): Promise<readonly Count[]>;
  /** Policy rows that the answer counts. */
  readonly counted: Set<string>;
  /** Runs a command and gives its payload; only inside a mutation. */
  change(info: GraphQLResolveInfo, command: Command): Promise<unknown>;
  /** Runs work of a root field that answers no record, and puts it on record. */
  onRecord<T>(info: GraphQLResolveInfo, work: (work: Work) => Promise<Answered<T>>): Promise<T>;
  /** What subgraphs are told of whom, signed and put into the answer when it is made: on /subgraph only. */
  readonly words: Words;
  /** As the operator has registered the subgraphs of the viewer's agency: each its name, and policy rows that it holds. */
  readonly subgraphs: readonly { readonly name: string; readonly holds: readonly string[] }[];
  /** Key behind a global id, null for anything that is not one of this type. */
  keyOf(type: "Agency", id: string): string | null;
}
