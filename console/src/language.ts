import { createContext, useContext } from "react";

export type Language = "zh" | "en";

const WORDS = {
  title: { zh: "未成年人保护信息共享中枢", en: "Minors hub" },
  explorer: { zh: "查询台", en: "Explorer" },
  otherLanguage: { zh: "English", en: "中文" },
  about: {
    zh: "用一个 GraphQL 问题查询各部门的信息。每个字段按角色、岗位、与该未成年人的关系和查询目的决定是否展示,展示前先留痕。",
    en: "Ask one GraphQL question of all agencies. Each field is decided by role, post, relation to the child and purpose, and put on record before it is shown.",
  },
  demo: { zh: "演示:数据与人员均为虚构。", en: "Demo: all data and people are invented." },
  signIn: { zh: "登录", en: "Sign in" },
  signInAgain: { zh: "重新登录", en: "Sign in again" },
  signOut: { zh: "退出", en: "Sign out" },
  noSignIn: {
    zh: "本中枢未配置查询台登录:请管理员设置 OIDC_EXPLORER_CLIENT。接口 /graphql 不受影响。",
    en: "This hub has no sign-in for the explorer: ask the operator to set OIDC_EXPLORER_CLIENT. The API at /graphql is not affected.",
  },
  expired: {
    zh: "登录已过期或人员未登记。已输入的内容仍在,重新登录后继续。",
    en: "The sign-in has expired, or the hub does not know you. What you wrote is kept: sign in again to go on.",
  },
  unreachable: {
    zh: "无法连接中枢。已输入的内容仍在,恢复连接后重试。",
    en: "The hub cannot be reached. What you wrote is kept: try again once you are connected.",
  },
  signInFailed: { zh: "登录未完成,请重试。原因:", en: "Nobody was signed in; try again. Cause:" },
  popupBlocked: {
    zh: "浏览器阻止了登录窗口。请允许本页面打开窗口后重试。",
    en: "The browser blocked the sign-in window. Allow this page to open windows, and try again.",
  },
  tryAgain: { zh: "重试", en: "Try again" },
  purpose: { zh: "查询目的", en: "Purpose" },
  noPurpose: { zh: "(不说明目的)", en: "(none stated)" },
  ask: { zh: "查询", en: "Ask" },
  asking: { zh: "查询中", en: "Asking" },
  restore: { zh: "恢复示例", en: "Restore the example" },
  questions: { zh: "问题", en: "Questions" },
  newQuestion: { zh: "新问题", en: "New question" },
  noExamples: { zh: "本角色暂无示例。", en: "There are no examples for this role yet." },
  question: { zh: "问题编辑区,按 Enter 进入", en: "Question; press Enter to edit" },
  variables: { zh: "变量(JSON),按 Enter 进入", en: "Variables (JSON); press Enter to edit" },
  variablesNoJson: { zh: "变量不是有效的 JSON 对象。", en: "The variables are no JSON object." },
  catalogue: { zh: "本角色可见的字段目录", en: "Fields that your role may see" },
  answer: { zh: "回答", en: "Answer" },
  noAnswer: { zh: "按“查询”或 Ctrl+Enter。", en: "Press Ask or Ctrl+Enter." },
  compare: { zh: "与另一岗位对比", en: "Compare with another post" },
  endCompare: { zh: "结束对比", en: "End the comparison" },
  refused: { zh: "未获回答的部分", en: "What was not answered" },
  row: { zh: "政策行", en: "Policy row" },
  basis: { zh: "依据", en: "Basis" },
  remedy: { zh: "可以这样做", en: "What can be done" },
  at: { zh: "位置", en: "At" },
  OTHER_PURPOSE: { zh: "换用下列目的", en: "Ask for another purpose" },
  STATE_PURPOSE: { zh: "说明查询目的", en: "State a purpose" },
  noRemedy: { zh: "政策未规定补救途径。", en: "The policy knows no remedy." },
  disclosed: { zh: "各信息组的披露情况", en: "What was disclosed" },
  group: { zh: "信息组", en: "Group" },
  level: { zh: "级别", en: "Level" },
  records: { zh: "记录", en: "Records" },
  because: { zh: "所依据的关系", en: "Your relation" },
  requestable: { zh: "可申请共享", en: "can be requested" },
  why: { zh: "为什么为空?", en: "Why is this null?" },
  field: { zh: "字段", en: "Field" },
  conditions: { zh: "条件与依据", en: "Conditions and basis" },
  F: { zh: "原值", en: "value" },
  M: { zh: "遮蔽", en: "mask" },
  B: { zh: "区间", en: "band" },
  X: { zh: "提示", en: "pointer" },
  A: { zh: "仅统计", en: "counts only" },
  "-": { zh: "不提供", en: "withheld" },
} as const satisfies Record<string, Record<Language, string>>;

export type Word = keyof typeof WORDS;

export const LanguageContext = createContext<Language>("zh");

/** The words of the page in the language that was chosen. */
export function useWords(): { readonly language: Language; say(word: Word): string } {
  return SPOKEN[useContext(LanguageContext)];
}
const spoken = (language: Language) => ({ language, say: (word: Word): string => WORDS[word][language] });
const SPOKEN = { zh: spoken("zh"), en: spoken("en") };

export const isWord = (word: string): word is Word => word in WORDS;

export const browserLanguage = (): Language => (navigator.language.startsWith("zh") ? "zh" : "en");
