import { useWords, type Word } from "./language.js";

/** What stands between somebody and an answer. */
export interface Notice {
  readonly word: Word;
  readonly cause?: string;
}

/** Says it, and what to do; nothing that was typed is touched. */
export function NoticeBar({ notice, again }: { notice: Notice | null; again?: () => void }) {
  const { say } = useWords();
  if (!notice) return null;
  return (
    <div role="alert" className="notice">
      {say(notice.word)} {notice.cause}
      {again && (
        <button type="button" onClick={again}>
          {say(notice.word === "expired" ? "signInAgain" : "tryAgain")}
        </button>
      )}
    </div>
  );
}
