import { defineConfig } from "vite";

export default defineConfig({
  root: import.meta.dirname,
  logLevel: "warn",
  build: {
    emptyOutDir: true,
    // What is bundled is passed on, and with it the notices that its licences ask for.
    license: { fileName: "licenses.md" },
    // The explorer's Content-Security-Policy has no `data:`.
    assetsInlineLimit: 0,
    // Monaco alone is more than Vite likes to see in one file.
    chunkSizeWarningLimit: 4000,
    rolldownOptions: {
      input: ["index.html", "signed-in.html"].map((page) => `${import.meta.dirname}/${page}`),
      // "use client", which means something to servers only.
      onLog: (level, log, handle) => log.code !== "MODULE_LEVEL_DIRECTIVE" && handle(level, log),
    },
  },
});
