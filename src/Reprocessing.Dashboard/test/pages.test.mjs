// Every page in a real browser, against fixtures. CHROMIUM names the browser; SCREENS a folder that keeps a picture of every page.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { before, test } from 'node:test';
import { close, open } from './harness.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const screens = process.env.SCREENS;

before(async () => {
  if (screens) await mkdir(screens, { recursive: true });
});

/** Both colours and both widths; all four where pictures are wanted. */
const looks = [['light', 1280], ['dark', 360], ...(screens ? [['dark', 1280], ['light', 360]] : [])];

const pages = {
  overview: '', failing: '/failing?columns=order,status,reason,restarts,next,age,workflow,customer,priority,group,created,updated', alerts: '/alerts', 'dead-letters': '/dead-letters?columns=order,status,reason,type,customer,priority,retries,reopened,failed,moved,group,stage,exception,by,city', groups: '/groups', group: null, order: '/orders/order-1000', 'order-json': '/orders/order-1005?view=json',
  plans: '/plans', 'plan-new': '/plans/new', plan: '/plans/plan-7f31', 'plan-waiting': '/plans/plan-waiting', 'plan-failed': '/plans/plan-failed', cancel: '/plans/plan-cancel', purge: '/plans/plan-purge', jobs: '/jobs', job: '/jobs/job-running', 'job-paused': '/jobs/job-paused', 'job-done': '/jobs/job-done', runs: '/runs', run: '/runs/run-20260301-120000-000',
  workflows: '/workflows', workflow: '/workflows/order-fulfillment-order-1000-retry-3', imports: '/imports', import: '/imports/import-1', exports: '/exports', export: '/exports/export-1', audit: '/audit', system: '/system', nowhere: '/no/such/page', missing: '/orders/nobody',
};
pages.group = '/groups/daa66d2c7ddf743f';

for (const [name, path] of Object.entries(pages)) {
  for (const [colorScheme, width] of looks) {
    test(`${name}, ${colorScheme}, ${width} px: accessible, within the policy, within the window, and every text only text`, async () => {
      const page = await open(path, { colorScheme, viewport: { width, height: 900 } });
      await page.locator('.loading').first().waitFor({ state: 'detached' });
      if (screens) await page.screenshot({ path: `${screens}/${name}-${colorScheme}-${width}.png`, fullPage: true });
      // Through the inspector, which the page's policy does not bind.
      await page.evaluate(axe);
      const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
      assert.deepEqual(violations.filter((one) => ['serious', 'critical'].includes(one.impact)).map((one) => `${one.id}: ${one.nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(' | ')}`), []);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth), 'wider than the window');
      assert.equal(await page.evaluate(() => globalThis.owned), undefined);
      assert.equal(await page.locator('main img, main script, main b').count(), 0);
      assert.match(await page.title(), /· Reprocessing$/);
      await close(page);
    });
  }
}
