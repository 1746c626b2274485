// Makes the pictures in docs/ anew, from the fixtures: what the window shows, small enough to be kept with the sources.
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { launch } from './browser.mjs';
import { serve } from './mock-server.mjs';
import { toPalette } from './palette.mjs';

const folder = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', 'docs', 'dashboard');
const most = 100_000;

const pictures = [
  ['overview', '', 'light', 1280, 820], ['failing', '/failing', 'dark', 1280, 620], ['group', '/groups/daa66d2c7ddf743f', 'light', 1280, 640],
  ['plan', '/plans/plan-7f31', 'light', 1280, 820], ['job', '/jobs/job-running', 'dark', 1280, 760], ['overview-narrow', '', 'dark', 360, 760], ['failing-narrow', '/failing', 'light', 360, 760],
];

await mkdir(folder, { recursive: true });
const mock = await serve({ requests: [] });
const browser = await launch();
for (const [name, path, colorScheme, width, height] of pictures) {
  const context = await browser.newContext({ colorScheme, viewport: { width, height }, reducedMotion: 'reduce', timezoneId: 'UTC' });
  const page = await context.newPage();
  await page.goto(`${mock.address}/dashboard${path}`);
  await page.locator('h1').waitFor();
  await page.locator('.loading').first().waitFor({ state: 'detached' });
  await page.evaluate(() => document.activeElement?.blur());
  const file = join(folder, `${name}.png`);
  const picture = toPalette(await page.screenshot());
  const size = picture.length;
  console.log(`${name}.png ${Math.ceil(size / 1000)} KB`);
  assert.ok(size <= most, `${name}.png is ${size} bytes: make the window smaller.`);
  await writeFile(file, picture);
  await context.close();
}
await browser.close();
mock.server.closeAllConnections();
mock.server.close();
