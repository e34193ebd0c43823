import { lazy, Suspense, use, useEffect, useRef, useState } from "react";
import { type Viewer, whoIs } from "./hub.js";
import { browserLanguage, type Language, LanguageContext, useWords } from "./language.js";
import { type Notice, NoticeBar } from "./notice.js";
import { PopupBlocked, type Session, type SignInSettings, signIn } from "./sign-in.js";

/** Somebody who has signed in. Nothing of it outlives the page. */
export interface Someone extends Session {
  readonly viewer: Viewer;
}

// The editor is large: it is fetched while somebody signs in.
const loading = import("./workbench.js");
const Workbench = lazy(() => loading);

export function App({ settings }: { settings: Promise<SignInSettings | null> }) {
  const [language, setLanguage] = useState<Language>(browserLanguage);
  useEffect(() => {
    document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  }, [language]);
  return (
    <LanguageContext value={language}>
      <Suspense>
        <Explorer settings={settings} toOtherLanguage={() => setLanguage(language === "zh" ? "en" : "zh")} />
      </Suspense>
    </LanguageContext>
  );
}

function Explorer(props: { settings: Promise<SignInSettings | null>; toOtherLanguage: () => void }) {
  const settings = use(props.settings);
  const { say } = useWords();
  const [me, setMe] = useState<Someone | null>(null);
  const [other, setOther] = useState<Someone | null>(null);
  const [notice, setNotice] = useState<Notice | null>(null);
  const attempt = useRef(new AbortController());

  /** @returns null where it came to nothing; the notice says why */
  async function signedIn(again?: Someone): Promise<Someone | null> {
    if (!settings) return null;
    attempt.current.abort();
    attempt.current = new AbortController();
    const { signal } = attempt.current;
    setNotice(null);
    try {
      const session = await signIn(settings, again?.subject, signal);
      const viewer = await whoIs(session);
      if (!("kind" in viewer)) return { ...session, viewer };
      setNotice({ word: viewer.kind });
    } catch (error) {
      if (error instanceof PopupBlocked) setNotice({ word: "popupBlocked" });
      else if (!signal.aborted)
        setNotice({ word: "signInFailed", cause: error instanceof Error ? error.message : String(error) });
    }
    return null;
  }

  async function renew(someone: Someone): Promise<Someone | null> {
    const fresh = await signedIn(someone);
    if (fresh) (someone === other ? setOther : setMe)(fresh);
    return fresh;
  }

  function signOut() {
    attempt.current.abort();
    setMe(null);
    setOther(null);
    setNotice(null);
  }

  return (
    <>
      <header>
        <h1>
          {say("title")} <small>{say("explorer")}</small>
        </h1>
        {me && settings?.demo && (
          <button type="button" onClick={async () => setOther(other ? null : await signedIn())}>
            {say(other ? "endCompare" : "compare")}
          </button>
        )}
        <button type="button" onClick={props.toOtherLanguage}>
          {say("otherLanguage")}
        </button>
        {me && (
          <button type="button" onClick={signOut}>
            {say("signOut")}
          </button>
        )}
      </header>
      {me ? (
        <Suspense>
          <Workbench key={me.subject} people={other ? [me, other] : [me]} {...{ notice, setNotice, renew }} />
        </Suspense>
      ) : (
        <main className="landing">
          <p>{say("about")}</p>
          {settings?.demo && <p>{say("demo")}</p>}
          {settings ? (
            <button type="button" className="primary" onClick={async () => setMe(await signedIn())}>
              {say("signIn")}
            </button>
          ) : (
            <p role="alert">{say("noSignIn")}</p>
          )}
          <NoticeBar notice={notice} />
        </main>
      )}
    </>
  );
}
