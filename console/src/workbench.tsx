import "@graphiql/react/style.css";
import "@graphiql/plugin-doc-explorer/style.css";
import "@graphiql/react/setup-workers/vite";
import { DocExplorer, DocExplorerStore } from "@graphiql/plugin-doc-explorer";
import {
  GraphiQLProvider,
  QueryEditor,
  Tooltip,
  useGraphiQL,
  useGraphiQLActions,
  VariableEditor,
} from "@graphiql/react";
import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { type Answer, AnswerView } from "./answer.js";
import type { Someone } from "./app.js";
import { apart, withDisclosure } from "./disclosure.js";
import { type Example, examplesOf } from "./examples.js";
import { ask } from "./hub.js";
import { useWords } from "./language.js";
import { type Notice, NoticeBar } from "./notice.js";
import type { Session } from "./sign-in.js";

interface Props {
  /** Who asks, and with whom the answer is compared. */
  readonly people: readonly [me: Someone, other?: Someone];
  readonly notice: Notice | null;
  readonly setNotice: (notice: Notice | null) => void;
  readonly renew: (someone: Someone) => Promise<Someone | null>;
}

/** GraphiQL would keep questions in localStorage, where the next person at this machine finds whom they name. */
const nothingStored: Storage = {
  length: 0,
  key: () => null,
  getItem: () => null,
  setItem() {},
  removeItem() {},
  clear() {},
};

/** One question of several that stand open. */
interface Tab {
  readonly id: number;
  readonly example: Example | null;
  readonly query: string;
  readonly variables: string;
  readonly purpose: string;
  readonly answers: readonly Answer[];
}

const blank = (id: number): Tab => ({ id, example: null, query: "", variables: "", purpose: "", answers: [] });

function tabsOf({ viewer }: Someone): Tab[] {
  const tabs = examplesOf(viewer).map((example, id) => ({
    ...blank(id),
    example,
    query: example.query,
    purpose: example.purpose,
  }));
  return tabs.length > 0 ? tabs : [blank(0)];
}

/** The editor, its tabs and the answers. GraphiQL keeps editors and schema. */
export default function Workbench(props: Props) {
  const [me] = props.people;
  const session = useRef<Session>(me);
  session.current = me;
  const [tabs, setTabs] = useState(() => tabsOf(me));
  // GraphiQL introspects with it, and would do so again for another function.
  const [introspect] = useState(() => async ({ query }: { query: string }) => {
    const outcome = await ask(session.current, { query });
    return { data: outcome.kind === "answered" ? (outcome.data ?? null) : null };
  });
  return (
    <GraphiQLProvider
      fetcher={introspect}
      initialQuery={tabs[0]?.query ?? ""}
      storage={nothingStored}
      defaultTheme="light"
    >
      <DocExplorerStore>
        <Tooltip.Provider>
          <Bench {...props} tabs={tabs} setTabs={setTabs} />
        </Tooltip.Provider>
      </DocExplorerStore>
    </GraphiQLProvider>
  );
}

function Bench({
  people,
  notice,
  setNotice,
  renew,
  tabs,
  setTabs,
}: Props & { tabs: readonly Tab[]; setTabs: (change: (tabs: Tab[]) => Tab[]) => void }) {
  const { say, language } = useWords();
  const { introspect } = useGraphiQLActions();
  const { queryEditor, variableEditor, schema, operationName } = useGraphiQL(
    ({ queryEditor, variableEditor, schema, operationName }) => ({
      queryEditor,
      variableEditor,
      schema,
      operationName,
    }),
  );
  const [open, setOpen] = useState(tabs[0]?.id ?? 0);
  const [asking, setAsking] = useState(false);
  const expired = useRef<Someone>(people[0]);
  const panel = useId();
  const tab = tabs.find(({ id }) => id === open) ?? blank(open);
  const [{ viewer }] = people;

  useEffect(() => {
    queryEditor?.updateOptions({ ariaLabel: say("question") });
    variableEditor?.updateOptions({ ariaLabel: say("variables") });
  }, [queryEditor, variableEditor, say]);

  const change = (id: number, changed: Partial<Tab>) =>
    setTabs((all) => all.map((one) => (one.id === id ? { ...one, ...changed } : one)));
  const written = () => ({
    query: queryEditor?.getValue() ?? tab.query,
    variables: variableEditor?.getValue() ?? tab.variables,
  });
  function show({ id, query, variables }: Tab) {
    change(open, written());
    setOpen(id);
    queryEditor?.setValue(query);
    variableEditor?.setValue(variables);
    setNotice(null);
  }
  function add() {
    const tab = blank(Math.max(...tabs.map(({ id }) => id)) + 1);
    setTabs((all) => [...all, tab]);
    show(tab);
  }

  async function askAs(whom: readonly Someone[]): Promise<void> {
    const { query: text, variables } = written();
    const parsed = variablesIn(variables);
    if (!parsed) return setNotice({ word: "variablesNoJson" });
    setNotice(null);
    setAsking(true);
    if (!schema) introspect();
    const { query, coordinates, operations } = withDisclosure(schema, text);
    // Of several, the one that the editor stands in; it learns of new names a moment after they were written.
    const operation = operations.find((name) => name === operationName) ?? operations[0];
    const { purpose, id } = tab;
    const outcomes = await Promise.all(
      whom.map((someone) => ask(someone, { query, variables: parsed, operationName: operation, purpose })),
    );
    setAsking(false);
    const answers: Answer[] = [];
    for (const [at, outcome] of outcomes.entries()) {
      const someone = whom[at];
      if (!someone) continue;
      if (outcome.kind !== "answered") {
        expired.current = someone;
        return setNotice({ word: outcome.kind });
      }
      answers.push({ someone, purpose, coordinates, errors: outcome.errors, ...apart(outcome.data) });
    }
    change(id, { answers });
  }
  async function again() {
    if (notice?.word !== "expired") return askAs(asked);
    const fresh = await renew(expired.current);
    if (fresh) await askAs(asked.map((someone) => (someone === expired.current ? fresh : someone)));
  }
  const asked = people.filter((someone) => someone !== undefined);

  return (
    <main
      className="bench graphiql-container"
      onKeyDownCapture={(event) => {
        // Tab moves on, as everywhere on a page: the editor would keep it, and with it the keyboard.
        if (event.key === "Tab") event.stopPropagation();
        if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
        event.preventDefault();
        event.stopPropagation();
        askAs(asked);
      }}
    >
      <nav>
        <div role="tablist" aria-orientation="vertical" aria-label={say("questions")} onKeyDown={arrows}>
          {tabs.map((one) => (
            <button
              key={one.id}
              type="button"
              role="tab"
              aria-selected={one.id === open}
              aria-controls={panel}
              tabIndex={one.id === open ? 0 : -1}
              onClick={() => show(one)}
            >
              {one.example?.[language] ?? `${say("newQuestion")} ${one.id + 1}`}
            </button>
          ))}
        </div>
        {tabs.every(({ example }) => !example) && <p>{say("noExamples")}</p>}
        <button type="button" onClick={add}>
          + {say("newQuestion")}
        </button>
        <details className="catalogue">
          <summary>{say("catalogue")}</summary>
          <DocExplorer />
        </details>
      </nav>
      <section id={panel} role="tabpanel" aria-label={say("question")} className="question">
        <div className="toolbar">
          <label>
            {say("purpose")}{" "}
            <select value={tab.purpose} onChange={({ target }) => change(open, { purpose: target.value })}>
              <option value="">{say("noPurpose")}</option>
              {viewer.mayState.map(({ purpose, purposeZh }) => (
                <option key={purpose} value={purpose}>
                  {language === "zh" ? `${purposeZh} ${purpose}` : purpose}
                </option>
              ))}
            </select>
          </label>
          <button type="button" className="primary" aria-disabled={asking} onClick={() => askAs(asked)}>
            {say(asking ? "asking" : "ask")}
          </button>
          {tab.example && (
            <button type="button" onClick={() => queryEditor?.setValue(tab.example?.query ?? "")}>
              {say("restore")}
            </button>
          )}
        </div>
        <QueryEditor role="group" aria-label={say("question")} />
        <h2>{say("variables")}</h2>
        <VariableEditor role="group" aria-label={say("variables")} />
      </section>
      <div className="answers" aria-busy={asking}>
        <NoticeBar notice={notice} again={again} />
        {asked.map((someone) => (
          <AnswerView
            key={someone.subject}
            someone={someone}
            answer={tab.answers.find((answer) => answer.someone.subject === someone.subject) ?? null}
          />
        ))}
      </div>
    </main>
  );
}

/** @returns null for what is no JSON object */
function variablesIn(text: string): Record<string, unknown> | null {
  if (text.trim() === "") return {};
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : null;
  } catch {
    return null;
  }
}

/** Up and down move between tabs, as the ARIA pattern for them asks. */
function arrows({ key, currentTarget }: KeyboardEvent<HTMLElement>) {
  const tabs = [...currentTarget.querySelectorAll<HTMLElement>("[role=tab]")];
  const step = { ArrowDown: 1, ArrowUp: -1 }[key];
  const at = tabs.findIndex((tab) => tab.matches(":focus"));
  if (step === undefined || at < 0) return;
  tabs.at((at + step) % tabs.length)?.focus();
}
