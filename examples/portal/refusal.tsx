import type { HubError } from "./hub";

/** What the hub refused, in both languages, and what can be done about it. */
export function Refusal({ errors }: { errors: readonly HubError[] }) {
  return (
    <ul role="alert">
      {errors.map(({ message, extensions: { code, messageZh, remedy } }) => (
        <li key={message}>
          <strong>{messageZh}</strong> {message} <code>{code}</code> {remedy && <Remedy remedy={remedy} />}
        </li>
      ))}
    </ul>
  );
}

function Remedy({ remedy }: { remedy: NonNullable<HubError["extensions"]["remedy"]> }) {
  if (typeof remedy === "string") return <p>{remedy}</p>;
  return <p>可以这样查询 Ask for the purpose {remedy.purposes?.join(", ")}</p>;
}
