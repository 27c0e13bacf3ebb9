import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// The public page: an entry of its own, small and for old telephones, with nothing of the console in it.
export default defineConfig({
  root: 'player/portal',
  base: '/portal/',
  publicDir: false,
  plugins: [react()],
  resolve: { conditions: ['source', 'module', 'browser', 'development|production'] },
  build: {
    outDir: '../../dist/player/portal',
    emptyOutDir: true,
    target: 'es2019',
    rolldownOptions: { treeshake: { manualPureFunctions: ['z'] } },
  },
  server: { proxy: { '/api': 'http://127.0.0.1:8080' } },
});
