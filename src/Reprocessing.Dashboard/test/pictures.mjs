// Makes the pictures in docs/ anew, from the fixtures: what the window shows, small enough to be kept with the sources.
import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { launch } from './browser.mjs';
import { showTheSame, toPalette } from './palette.mjs';

// The same moment for the page and for what the fixtures tell of: pictures of what has not changed stay as they are.
process.env.MOMENT = '2026-03-01T12:40:00Z';
const { serve } = await import('./mock-server.mjs');

const folder = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', 'docs', 'dashboard');
const most = 100_000;

const pictures = [
  ['overview', '', 'light', 1280, 1270], ['failing', '/failing', 'dark', 1280, 620], ['group', '/groups/daa66d2c7ddf743f', 'light', 1280, 640],
  ['plan', '/plans/plan-7f31', 'light', 1280, 820], ['job', '/jobs/job-running', 'dark', 1280, 760], ['overview-narrow', '', 'dark', 360, 760], ['failing-narrow', '/failing', 'light', 360, 760],
];

await mkdir(folder, { recursive: true });
const mock = await serve({ requests: [] });
const browser = await launch();
for (const [name, path, colorScheme, width, height] of pictures) {
  const context = await browser.newContext({ colorScheme, viewport: { width, height }, reducedMotion: 'reduce', timezoneId: 'UTC' });
  const page = await context.newPage();
  await page.clock.setFixedTime(process.env.MOMENT);
  await page.goto(`${mock.address}/dashboard${path}`);
  await page.locator('h1').waitFor();
  await page.locator('.loading').first().waitFor({ state: 'detached' });
  // Some parts show nothing while they wait for their answer.
  await page.waitForLoadState('networkidle');
  await page.evaluate(() => document.activeElement?.blur());
  const file = join(folder, `${name}.png`);
  const picture = toPalette(await page.screenshot());
  const size = picture.length;
  const before = await readFile(file).catch(() => undefined);
  const isSame = before !== undefined && showTheSame(before, picture);
  console.log(`${name}.png ${Math.ceil(size / 1000)} KB${isSame ? ', as before' : ''}`);
  assert.ok(size <= most, `${name}.png is ${size} bytes: make the window smaller.`);
  if (!isSame) await writeFile(file, picture);
  await context.close();
}
await browser.close();
mock.server.closeAllConnections();
mock.server.close();
