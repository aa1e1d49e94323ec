import { defineConfig } from "vitest/config";

// No browser and no DOM: what is tested here is pure. Behaviour of pages is tested in tests/renderers/ with Chromium.
export default defineConfig({
  test: { include: ["tests/**/*.test.{ts,tsx}"], environment: "node", testTimeout: 120_000 }, // a busy machine fails no test
});
