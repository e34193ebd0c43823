import { constants, existsSync } from "node:fs";
import { access, readdir, readFile, stat, statfs } from "node:fs/promises";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { HubConfig } from "../../config.js";
import { type Checks, ok, red, watch } from "./finding.js";

const OLDEST_NODE = [20, 19] as const;
/** Megabytes that must be free in the data folder, and below which somebody should look. */
const FREE = { red: 100, watch: 1_000 } as const;
const EXPLORER = fileURLToPath(new URL("../../../console/dist/", import.meta.url));

export const machine: Checks<HubConfig> = {
  async node() {
    const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
    const said = [`Node.js ${process.versions.node}`, `Node.js ${process.versions.node}`] as const;
    return major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])
      ? ok(...said)
      : red(said, [
          `Install Node.js ${OLDEST_NODE.join(".")} or later`,
          `请安装 Node.js ${OLDEST_NODE.join(".")} 或更高版本`,
        ]);
  },

  async "data-folder"({ database: { dataDir } }) {
    if (!existsSync(dataDir)) return ok(`${dataDir} is made at the first start`, `${dataDir} 将在首次启动时创建`);
    try {
      await access(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
    } catch {
      return red(
        [`${dataDir} cannot be written`, `${dataDir} 不可写`],
        ["Give it to the user that serves: chown", "请将其归属于运行用户"],
      );
    }
    const { mode } = await stat(dataDir);
    return (mode & 0o077) === 0
      ? ok(`${dataDir} is its owner's alone`, `${dataDir} 仅所有者可访问`)
      : watch(
          [`${dataDir} is open to other users of the machine`, `${dataDir} 可被其他用户访问`],
          [`chmod 700 ${dataDir}`, `chmod 700 ${dataDir}`],
        );
  },

  async disk({ database: { dataDir } }) {
    const { bavail, bsize } = await statfs(existsSync(dataDir) ? dataDir : ".");
    const free = Math.floor((bavail * bsize) / 1_000_000);
    const said = [`${free} MB are free`, `剩余 ${free} MB`] as const;
    const mend = ["Free some space, or move the data folder (HUB_DATA_DIR)", "请释放磁盘空间或迁移数据目录"] as const;
    if (free < FREE.red) return red(said, mend);
    return free < FREE.watch ? watch(said, mend) : ok(...said);
  },
};

/** Of whoever serves people: at a hub. */
export const explorer: Checks<HubConfig> = {
  async explorer() {
    if (!existsSync(EXPLORER)) return ok("No explorer is built", "未构建查询界面");
    const found: string[] = [];
    for (const file of await readdir(EXPLORER, { recursive: true })) {
      const [address] = offOrigin(extname(file), await textOf(join(EXPLORER, file)));
      if (address !== undefined) found.push(`${file} loads ${address}`);
    }
    return found.length === 0
      ? ok("The explorer loads nothing from elsewhere", "查询界面不加载外部资源")
      : red(
          [found.join("; "), `查询界面加载外部资源:${found.length} 处`],
          ["Build the explorer of this version again", "请重新构建本版本的查询界面"],
        );
  },
};

/** Ways in which a page, a style sheet or a script loads something; an address in a text is none. */
const LOADS: Readonly<Record<string, RegExp>> = {
  ".html": /(?:\bsrc|<link[^>]*\bhref)\s*=\s*["']?\s*((?:https?:)?\/\/[^"'\s>]+)/gi,
  ".css": /(?:@import\s*(?:url\()?|url\()\s*["']?\s*((?:https?:)?\/\/[^"')\s]+)/gi,
  ".js":
    /(?:\bfetch|\bimport|importScripts|new (?:Shared)?Worker|new WebSocket|new EventSource|\bfrom)\s*\(?\s*["'`]((?:https?|wss?):\/\/[^"'`\s]+)/g,
};

/** @returns addresses of other origins that a file of this kind loads from */
export const offOrigin = (extension: string, text: string): string[] =>
  [...text.matchAll(LOADS[extension] ?? /$^/g)].flatMap(([, address]) => address ?? []);

const textOf = async (file: string): Promise<string> => (extname(file) in LOADS ? readFile(file, "utf8") : "");
