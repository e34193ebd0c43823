import { createHash } from "node:crypto";
import { IdCipher } from "../../src/store/global-id.js";

describe("what a retry is known by (idempotency.request_hash)", () => {
  const [hub, twin, other] = [1, 1, 2].map((byte) => new IdCipher(Buffer.alloc(16, byte)));
  const said = '{"citizenNumber":"990101201603020011"}';

  it("is the same on every hub of one database, and tells one text from another", () => {
    expect(hub?.digest(said)).toEqual(twin?.digest(said));
    expect(hub?.digest(said)).not.toEqual(hub?.digest(said.replace("0011", "0038")));
  });

  it("can be guessed back by nobody without the hub's id key", () => {
    expect(other?.digest(said)).not.toEqual(hub?.digest(said));
    expect(hub?.digest(said)).not.toEqual(createHash("sha256").update(said).digest());
  });
});
