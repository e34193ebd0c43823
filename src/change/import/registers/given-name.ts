/** Surnames of two characters that are in use; all others of Han names have one. */
const COMPOUND = new Set(
  "欧阳 上官 司马 诸葛 皇甫 尉迟 公孙 慕容 长孙 宇文 司徒 令狐 东方 独孤 南宫 夏侯 端木 轩辕 呼延 西门 钟离 闻人 赫连 澹台 申屠 濮阳 淳于 太史 鲜于 闾丘".split(
    " ",
  ),
);

/**
 * The given name in a name of two to four Han characters: without the surname.
 * @returns null where no rule of names tells, e.g. in names with a dot (R1.M masks by it, so it is not guessed)
 */
export function givenNameOf(fullName: string): string | null {
  if (!/^\p{Script=Han}{2,4}$/u.test(fullName)) return null;
  const surname = COMPOUND.has(fullName.slice(0, 2)) ? 2 : 1;
  const given = fullName.slice(surname);
  return given.length >= 1 && given.length <= 2 ? given : null;
}
