import {
  enterMinors,
  key,
  numberRegister,
  optional,
  type Register,
  rememberNumbers,
  required,
  text,
} from "../change/import/index.js";

const columns = { key: required(key), hub_id: optional(text) };

/**
 * Children of an agency that brings the hub no minors: here a number and nothing else, to which its own tables refer. The hub is
 * told the row, and says of whom its rows may be told (`link`); until then, and for any other, nothing is served.
 */
export const numbersAtHome: Register<typeof columns> = {
  ...numberRegister(columns),
  record: { type: "Minor", table: "minor" },
  async write({ fresh, changed }, importing) {
    const { agency, manager } = importing;
    if (!agency) return;
    // Whether the hub takes what is said of them now or not, it is not what it was asked for before.
    await manager.query("DELETE FROM minor_link WHERE minor = ANY ($1)", [changed.map(({ id }) => id)]);
    await enterMinors(
      fresh.map(({ id }) => ({ id, place: agency.division })),
      "register own-numbers",
      importing,
    );
    await rememberNumbers("minors", "Minor", fresh, importing);
  },
};
