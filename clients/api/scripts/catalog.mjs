// Bundles common/text/catalog/*.json into src/gen/catalog.ts, so that an installed client has every sentence with it.
// Run by `npm run build`, after `buf generate`, which empties src/gen.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const api = join(dirname(fileURLToPath(import.meta.url)), '..');
const folder = join(api, '../../common/text/catalog');
const entries = {};
for (const file of readdirSync(folder).sort()) {
  if (!file.endsWith('.json')) continue;
  for (const [code, { en, de }] of Object.entries(JSON.parse(readFileSync(join(folder, file), 'utf8')))) {
    if (entries[code] !== undefined) throw new Error(`${file}: ${code} stands in another file too`);
    if (!en || !de) throw new Error(`${file}: ${code} lacks a language`);
    entries[code] = { en, de };
  }
}
mkdirSync(join(api, 'src/gen'), { recursive: true });
writeFileSync(
  join(api, 'src/gen/catalog.ts'),
  `// Made by scripts/catalog.mjs from common/text/catalog; never edited, never committed.
/** Every sentence, by its code. */
export const catalog: Readonly<Record<string, { readonly en: string; readonly de: string }>> = ${JSON.stringify(entries, null, 2)};
`,
);
