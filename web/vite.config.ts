import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// PUENTE_NODE=https://127.0.0.1:8443 npm run dev: pages from here, everything else from that node.
const node = process.env.PUENTE_NODE ?? "https://127.0.0.1:8443";

export default defineConfig({
  plugins: [react()],
  build: {
    outDir: "../console",
    emptyOutDir: true,
    assetsInlineLimit: 0, // the policy of the page allows no data: addresses
    modulePreload: { polyfill: false }, // nor a script within the page
    target: "es2022",
  },
  server: { proxy: { "/v1": { target: node, secure: false }, "/metrics": { target: node, secure: false }, "/openapi.yaml": { target: node, secure: false } } },
});
