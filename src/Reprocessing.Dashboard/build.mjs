// Bundles the dashboard into a folder (dist unless one is named): index.html, and assets whose names change with what is in them.
import { mkdir, readFile, rm, writeFile, copyFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = dirname(fileURLToPath(import.meta.url));
const out = resolve(process.argv[2] ?? join(root, 'dist'));
await rm(out, { recursive: true, force: true });
await mkdir(join(out, 'assets'), { recursive: true });

const result = await build({
  absWorkingDir: root,
  entryPoints: { app: 'src/main.tsx', style: 'src/style.css' },
  outdir: join(out, 'assets'),
  entryNames: '[name]-[hash]',
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
  jsx: 'automatic',
  jsxImportSource: 'preact',
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
});
const names = Object.keys(result.metafile.outputs).map((path) => path.split('/').at(-1));
const page = (await readFile(join(root, 'src/index.html'), 'utf8'))
  .replace('{{script}}', `/dashboard/assets/${names.find((name) => name.endsWith('.js'))}`)
  .replace('{{style}}', `/dashboard/assets/${names.find((name) => name.endsWith('.css'))}`);
await copyFile(join(root, 'src/icon.svg'), join(out, 'icon.svg'));
// Last: the build takes it for the sign that all is there.
await writeFile(join(out, 'index.html'), page);
