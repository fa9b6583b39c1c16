import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

// Addresses are relative to <base>, which the server sets to the prefix it is reached under.
export default defineConfig({
  base: "./",
  plugins: [react()],
  build: {
    outDir: "../src/promptwire/web/static",
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0, // the Content-Security-Policy lets no data: scripts or fonts in
    modulePreload: { polyfill: false },
  },
  server: { proxy: { "/v1": "http://127.0.0.1:8000" } },
  test: { include: ["src/**/*.test.ts", "src/**/*.test.tsx"] },
});
