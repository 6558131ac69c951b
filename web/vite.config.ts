/// <reference types="vitest/config" />
import locales from "@react-aria/optimize-locales-plugin";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
  // The stage is part of the path and is not known here. index.html gets a <base> from the Lambda function that serves it.
  base: "./",
  // The page is in English. React Aria has its texts in 34 languages.
  plugins: [react(), locales.vite({ locales: ["en-US"] })],
  build: {
    outDir: "../functions/planner/site",
    emptyOutDir: true,
    target: ["chrome120", "firefox121", "safari17"],
    // The Content-Security-Policy allows no data: addresses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // Each file is an invocation of a function, and a browser requests all files at once. So the modules that several
    // views use are one file, and all styles are one file.
    cssCodeSplit: false,
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: "shared", minShareCount: 2 }] } } },
    reportCompressedSize: false,
  },
  css: { modules: { generateScopedName: "[name]-[local]-[hash:base64:4]" } },
  server: {
    port: 5173,
    // `make web` serves the sources and passes calls on to the local stack.
    proxy: {
      "/api": process.env.MINUTEHAND_API ?? "http://127.0.0.1:4566",
      "/planner": process.env.MINUTEHAND_API ?? "http://127.0.0.1:4566",
    },
  },
  test: {
    include: ["src/**/*.test.{ts,tsx}"],
    // Most tests need no DOM. The others name happy-dom in their first line.
    environment: "node",
    // Each test restores what it changes, so the files can share the modules, whose import takes longer than the tests.
    isolate: false,
  },
});
