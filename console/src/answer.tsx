import { type ReactNode, useState } from "react";
import type { Someone } from "./app.js";
import type { Shown } from "./disclosure.js";
import { type Expectation, expect, type HubError } from "./hub.js";
import { isWord, useWords } from "./language.js";

/** What the hub answered somebody. */
export interface Answer {
  readonly someone: Someone;
  readonly purpose: string;
  readonly coordinates: readonly string[];
  readonly data: unknown;
  readonly errors: readonly HubError[];
  readonly shown: readonly Shown[];
}

export function AnswerView({ someone, answer }: { someone: Someone; answer: Answer | null }) {
  const { say } = useWords();
  const { name, agency, post, postZh } = someone.viewer;
  return (
    <section className="answer" aria-label={`${say("answer")}: ${name}`}>
      <h2>
        {agency?.name} · {name} · {postZh} <small>{post}</small>
      </h2>
      {answer === null ? (
        <p>{say("noAnswer")}</p>
      ) : (
        <>
          {answer.errors.length > 0 && <Refusals errors={answer.errors} />}
          {answer.data !== undefined && answer.data !== null && (
            // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it
            <pre tabIndex={0}>{JSON.stringify(answer.data, null, 2)}</pre>
          )}
          {answer.coordinates.length > 0 && (
            <WhyNull key={`${answer.purpose} ${answer.coordinates}`} {...answer} someone={someone} />
          )}
          {answer.shown.length > 0 && <Disclosed shown={answer.shown} />}
        </>
      )}
    </section>
  );
}

function Refusals({ errors }: { errors: readonly HubError[] }) {
  const { say, language } = useWords();
  return (
    <div role="alert" className="refusals">
      <h3>{say("refused")}</h3>
      <ul>
        {errors.map(({ message, path, extensions: { code, messageZh, policy, basis, remedy } }) => (
          <li key={`${code} ${path?.join(".")} ${message}`}>
            <code>{code}</code> {language === "zh" ? (messageZh ?? message) : message}
            <dl>
              {path && <Row term={say("at")}>{path.join(".")}</Row>}
              {policy && (
                <Row term={say("row")}>
                  {policy.row} (v{policy.version})
                </Row>
              )}
              {basis && <Row term={say("basis")}>{basis.join("; ")}</Row>}
              <Row term={say("remedy")}>
                {typeof remedy === "string"
                  ? remedy
                  : remedy
                    ? `${isWord(remedy.kind) ? say(remedy.kind) : remedy.kind}: ${remedy.purposes?.join(", ") ?? ""}`
                    : say("noRemedy")}
              </Row>
            </dl>
          </li>
        ))}
      </ul>
    </div>
  );
}

const Row = ({ term, children }: { term: string; children: ReactNode }) => (
  <div>
    <dt>{term}</dt>
    <dd>{children}</dd>
  </div>
);

/** Beside the answer: how much of each group was shown, by relation. */
function Disclosed({ shown }: { shown: readonly Shown[] }) {
  const { say } = useWords();
  return (
    <details>
      <summary>{say("disclosed")}</summary>
      <table>
        <thead>
          <tr>
            {(["group", "level", "records", "because"] as const).map((word) => (
              <th key={word} scope="col">
                {say(word)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map(({ group, name, level, records, because, requestable }) => (
            <tr key={`${group} ${level} ${because.join()} ${requestable}`}>
              <td>
                {group} {name}
              </td>
              <td>
                <Level level={level} />
              </td>
              <td>{records}</td>
              <td>
                {because.join("; ")} {requestable && say("requestable")}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}

/** What each field of the question may show to this asker for this purpose, and what must hold. */
function WhyNull({ coordinates, purpose, someone }: Answer) {
  const { say } = useWords();
  const [fields, setFields] = useState<readonly Expectation[] | null>(null);
  if (!fields)
    return (
      <button type="button" onClick={async () => setFields(await expect(someone, coordinates, purpose))}>
        {say("why")}
      </button>
    );
  return (
    <table>
      <caption>{say("why")}</caption>
      <thead>
        <tr>
          {(["field", "level", "conditions"] as const).map((word) => (
            <th key={word} scope="col">
              {say(word)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {fields.filter(isAboutPersons).map(({ coordinate, level, conditions, reason }) => (
          <tr key={coordinate}>
            <td>{coordinate}</td>
            <td>
              <Level level={level} />
            </td>
            <td>{[...conditions, reason].join("; ")}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Names of divisions and numbers of pages are shown to everybody. */
const isAboutPersons = ({ level, conditions }: Expectation) => level !== "F" || conditions.length > 0;

function Level({ level }: { level: string }) {
  const { say } = useWords();
  return (
    <>
      {level} {isWord(level) && say(level)}
    </>
  );
}
