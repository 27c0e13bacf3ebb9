import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// The console. `npm run build` puts it in dist/player, where the server finds it; for work on the console alone,
// `npx vite` serves it with hot reload and passes everything else on to a server that runs on the default port.
const server = 'http://127.0.0.1:8080';

export default defineConfig({
  root: 'player',
  plugins: [react()],
  resolve: { conditions: ['source', 'module', 'browser', 'development|production'] },
  build: {
    outDir: '../dist/player',
    emptyOutDir: true,
    target: 'es2022',
    sourcemap: true,
    // The contracts hold schemas beside types and lists; the console uses the latter. Told that making a schema has
    // no side effect, the build leaves unused schemas out, and zod with them.
    rolldownOptions: { treeshake: { manualPureFunctions: ['z'] } },
  },
  server: {
    proxy: {
      '/api': server,
      '/live': server,
      '/recordings': server,
      '/socket.io': { target: server, ws: true },
      '/wall-socket': { target: server, ws: true },
    },
  },
});
