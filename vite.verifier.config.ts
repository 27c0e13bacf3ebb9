import { defineConfig, type Plugin } from 'vite';

// The page that lies in every export of evidence: one file without an address in it, so that it works from a disk.
export default defineConfig({
  root: 'player/verifier',
  plugins: [inlineScripts()],
  resolve: { conditions: ['source', 'module', 'browser', 'development|production'] },
  build: { outDir: '../../dist/verifier', emptyOutDir: true, target: 'es2022', modulePreload: { polyfill: false } },
});

function inlineScripts(): Plugin {
  return {
    name: 'inline-scripts',
    enforce: 'post',
    generateBundle(_, bundle) {
      for (const page of Object.values(bundle)) {
        if (page.type !== 'asset' || !page.fileName.endsWith('.html')) continue;
        page.source = String(page.source).replace(
          /<script[^>]* src="\.?\/([^"]+)"><\/script>/g,
          (_tag, name: string) => {
            const chunk = bundle[name];
            if (chunk?.type !== 'chunk') throw new Error(`no script ${name}`);
            delete bundle[name];
            // The script runs where it stands: at the end of the body.
            return `<script type="module">${chunk.code.replaceAll('</script', '<\\/script')}</script>`;
          },
        );
      }
    },
  };
}
