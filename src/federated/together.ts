import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { styleText } from "node:util";

const COLOURS = ["cyan", "green", "yellow", "magenta", "blue"] as const;
/** Milliseconds between two looks at a process that is not ready yet. */
const LOOK_EVERY = 200;

export interface Program {
  /** Before each of its lines. */
  readonly name: string;
  /** As node is given them. */
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Processes of one terminal: every line under the name of its process, and with the first that dies all end. */
export class Together {
  readonly #running = new Map<string, ChildProcess>();
  #ending: Promise<void> | undefined;
  /** Which process ended although nobody had asked it to. */
  died: string | undefined;

  /** @param ended all have ended */
  constructor(private readonly ended: (died: string | undefined) => void) {}

  /** Starts a program that serves until it is told to end; nothing, where all are ending. */
  start(program: Program): void {
    if (this.#ending) return;
    const child = this.#spawn(program);
    child.once("exit", () => {
      this.#running.delete(program.name);
      if (this.#ending) return;
      this.died = program.name;
      void this.end();
    });
  }

  /** Runs a program to its end. @returns whether it did what it was asked for; if not, all end */
  async run(program: Program): Promise<boolean> {
    if (this.#ending) return false;
    const child = this.#spawn(program);
    await once(child, "exit");
    this.#running.delete(program.name);
    if (child.exitCode !== 0 && !this.#ending) {
      this.died = program.name;
      void this.end();
    }
    return child.exitCode === 0;
  }

  /** Waits until the server at this address says that it is ready. @returns false where all are ending */
  async ready(address: string): Promise<boolean> {
    while (!this.#ending) {
      const answer = await fetch(`${address}/readyz`).catch(() => undefined);
      if (answer?.ok) return true;
      await new Promise((passed) => setTimeout(passed, LOOK_EVERY));
    }
    return false;
  }

  /** Ends all, last started first: each answers what has been asked. */
  end(): Promise<void> {
    this.#ending ??= this.#endAll();
    return this.#ending;
  }

  async #endAll(): Promise<void> {
    for (const child of [...this.#running.values()].reverse()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const gone = once(child, "exit");
      child.kill("SIGTERM");
      await gone;
    }
    this.ended(this.died);
  }

  #spawn({ name, args, cwd, env }: Program): ChildProcess {
    // In a group of its own: Ctrl-C comes to this process, which tells each once. A second signal would not let it finish.
    const child = spawn(process.execPath, args, { cwd, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
    const label = name.padEnd(8);
    const colour = COLOURS[this.#running.size % COLOURS.length] ?? "cyan";
    this.#running.set(name, child);
    const show = (from: Readable | null, to: NodeJS.WriteStream) => {
      if (!from) return;
      const shown = to.isTTY ? styleText(colour, label) : label;
      createInterface({ input: from }).on("line", (line) => to.write(`${shown}| ${line}\n`));
    };
    show(child.stdout, process.stdout);
    show(child.stderr, process.stderr);
    return child;
  }
}
