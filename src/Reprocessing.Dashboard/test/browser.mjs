// The browser that the tests drive: the system's own, as the package brings none.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';

const usual = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

export function launch() {
  const executablePath = process.env.CHROMIUM ?? usual.find(existsSync);
  assert.ok(executablePath, `No Chromium: install Debian's package 'chromium' (apt-get install chromium), or name another by CHROMIUM. Looked for ${usual.join(', ')}.`);
  return chromium.launch({ executablePath, args: ['--no-sandbox'] });
}

/** The page shows something, and has begun to ask and to listen to keys, which it does a moment later. */
export async function ready(page) {
  await page.locator('h1').waitFor();
  while (!(await page.evaluate(() => performance.getEntriesByType('resource').some((one) => one.name.includes('/api/'))))) await page.evaluate(() => new Promise(requestAnimationFrame));
}
