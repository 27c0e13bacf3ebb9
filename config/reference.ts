import { type ConfigKey, configKeys } from './keys.ts';

/** The text of reference.md: one table for each section, made from the schema. */
export function referenceText(): string {
  const keys = configKeys();
  const sections = [...new Set(keys.map(sectionOf))];
  const tables = sections.map((section) => {
    const rows = keys
      .filter((key) => sectionOf(key) === section)
      .map(
        (key) =>
          `| \`${key.path}\` | \`${key.variable}\` | ${key.allowed} | ${key.fallback ? `\`${key.fallback}\`` : ''} | ${key.description} |`,
      );
    return `## ${section}\n\n| key | variable | allowed | default | meaning |\n| --- | --- | --- | --- | --- |\n${rows.join('\n')}\n`;
  });
  return `# Configuration\n\nMade from \`config/sections/\`; a test fails when this page is stale (\`npm run docs\` writes it anew).\nA JSON file of sections, named by \`TAMNHIN_CONFIG\`, and variables over it; lists are separated by commas.\n\n${tables.join('\n')}`;
}

function sectionOf(key: ConfigKey): string {
  return key.path.split('.')[0] ?? '';
}
