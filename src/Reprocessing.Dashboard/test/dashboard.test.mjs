// The dashboard in a real browser, against fixtures. CHROMIUM names the browser; SCREENS a folder that keeps a picture of every page.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { after, before, beforeEach, test } from 'node:test';
import { chromium } from 'playwright-core';
import { serve } from './mock-server.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const executablePath = process.env.CHROMIUM ?? ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
const screens = process.env.SCREENS;

let browser;
let mock;
const state = { requests: [] };

before(async () => {
  assert.ok(executablePath, 'No Chromium: install one, or name it by CHROMIUM.');
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  mock = await serve(state);
  if (screens) await mkdir(screens, { recursive: true });
});
after(async () => {
  await browser?.close();
  mock?.server.closeAllConnections();
  mock?.server.close();
});
beforeEach(() => {
  for (const name of Object.keys(state)) delete state[name];
  state.requests = [];
});

/** A page that fails its test by any error in the console, which a breach of the policy is as well. */
async function open(path, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce', ...options });
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const page = await context.newPage();
  page.faults = [];
  page.on('console', (message) => message.type() === 'error' && !/status of (401|4\d\d|5\d\d)|ERR_EMPTY_RESPONSE|Failed to load resource/.test(message.text()) && page.faults.push(message.text()));
  page.on('pageerror', (error) => page.faults.push(String(error)));
  await page.goto(`${mock.address}/dashboard${path}`);
  await page.locator('h1').waitFor();
  return page;
}

async function close(page) {
  assert.deepEqual(page.faults, []);
  await page.context().close();
}

/** Both colours and both widths; all four where pictures are wanted. */
const looks = [['light', 1280], ['dark', 360], ...(screens ? [['dark', 1280], ['light', 360]] : [])];

const pages = {
  overview: '', 'dead-letters': '/dead-letters?columns=order,status,reason,type,customer,priority,retries,reopened,failed,moved,group,stage,exception,by,city', groups: '/groups', group: null, order: '/orders/order-1000', 'order-json': '/orders/order-1005?view=json',
  plans: '/plans', 'plan-new': '/plans/new', plan: '/plans/plan-7f31', purge: '/plans/plan-purge', jobs: '/jobs', job: '/jobs/job-running', 'job-paused': '/jobs/job-paused', 'job-done': '/jobs/job-done', runs: '/runs', run: '/runs/run-20260301-120000-000',
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

test('a character that would turn text around is shown by its code', async () => {
  const page = await open('/orders/order-1005');
  await page.locator('dd', { hasText: '\\u202egnp.exe\\u202c' }).first().waitFor();
  await close(page);
});

test('the key is asked for once, kept in the tab, sent as a header and never in an address', async () => {
  state.key = 'right';
  const page = await open('/dead-letters');
  await page.getByText('The app asks who you are').waitFor();
  await page.getByLabel('Function key').fill('wrong');
  await page.getByRole('button', { name: 'Use' }).click();
  await page.getByText('The key or the token was not accepted.').waitFor();
  await page.getByLabel('Function key').fill('right');
  await page.getByRole('button', { name: 'Use' }).click();
  await page.getByRole('row').nth(1).waitFor();
  await page.reload();
  await page.getByRole('row').nth(1).waitFor();
  assert.equal(await page.locator('dialog[open]').count(), 0);
  assert.ok(state.requests.every((request) => !request.path.includes('right')));
  assert.equal(await page.evaluate(() => localStorage.getItem('reprocessing.key')), null);
  assert.ok(!page.url().includes('right'));
  await close(page);
});

test('no key is asked for when the platform lets the request through', async () => {
  const page = await open('/dead-letters');
  await page.getByRole('row').nth(1).waitFor();
  assert.equal(await page.locator('dialog[open]').count(), 0);
  assert.ok(state.requests.every((request) => request.headers['x-functions-key'] === undefined));
  await close(page);
});

test('a filter that cannot be read has its fault under the column', async () => {
  const page = await open('/dead-letters');
  await page.keyboard.press('/');
  await page.keyboard.type('errorType = timout');
  await page.keyboard.press('Enter');
  await page.getByText('Column 13: Found').waitFor();
  assert.match(await page.locator('.filter-fault pre').textContent(), /^errorType = timout\n {12}\^$/);
  assert.equal(new URL(page.url()).searchParams.get('filter'), 'errorType = timout');
  await close(page);
});

test('words are offered where the cursor is', async () => {
  const page = await open('/dead-letters');
  await page.keyboard.press('/');
  await page.keyboard.type('err');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Tab');
  await page.keyboard.type('= ti');
  await page.getByRole('option', { name: 'timeout' }).waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  await page.waitForURL(/filter=errorType\+%3D\+timeout/);
  await close(page);
});

test('filter, resolution, columns and time zone are in the address, and Back works', async () => {
  const page = await open('/dead-letters?tz=utc');
  await page.getByRole('button', { name: 'Retried' }).click();
  await page.waitForURL(/resolution=manual_retry/);
  await page.getByRole('link', { name: 'older than a day' }).click();
  await page.waitForURL(/filter=/);
  assert.equal(await page.getByLabel('Filter of dead letters').inputValue(), 'age > 1d');
  assert.equal(new URL(page.url()).searchParams.get('tz'), 'utc');
  await page.goBack();
  await page.goBack();
  assert.equal(new URL(page.url()).search, '?tz=utc');
  assert.equal(await page.getByLabel('Filter of dead letters').inputValue(), '');
  await close(page);
});

test('from a group to the outcome by the keyboard alone', async () => {
  const page = await open('');
  await page.keyboard.press('g');
  await page.keyboard.press('f');
  await page.waitForURL(/\/groups$/);
  await page.getByRole('row').nth(1).waitFor();
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/groups\/[0-9a-f]{16}$/);
  await page.getByRole('button', { name: 'Plan a retry…' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Preview' }).focus();
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/plans\/plan-7f31$/);
  const planned = JSON.parse(state.requests.find((request) => request.method === 'POST').body);
  assert.deepEqual(planned, { operation: 'retry', selection: { filter: 'fingerprint = daa66d2c7ddf743f' } });
  await page.getByLabel('Reason').focus();
  await page.keyboard.type("Dana's scanners are back.");
  await page.getByRole('button', { name: '1, 5, rest' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Retry 412 items' }).focus();
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/jobs\/job-running$/);
  const applied = JSON.parse(state.requests.findLast((request) => request.method === 'POST').body);
  assert.deepEqual(applied, { planId: 'plan-7f31', reason: "Dana's scanners are back.", ramp: [1, 5] });
  await page.getByText('160 succeeded, 12 failed').waitFor();
  await close(page);
});

test('no reason, no job', async () => {
  const page = await open('/plans/plan-7f31');
  await page.getByRole('button', { name: 'Retry 412 items' }).click();
  assert.ok(state.requests.every((request) => request.method === 'GET'));
  assert.equal(await page.getByLabel('Reason').evaluate((field) => field.matches(':invalid')), true);
  await close(page);
});

test('what destroys is done when its number is typed', async () => {
  const page = await open('/plans/plan-purge');
  await page.getByLabel('Reason').fill('Older than the law asks for.');
  assert.equal(await page.getByRole('button', { name: 'Purge 3 items' }).isDisabled(), true);
  await page.getByLabel('Type 3 to confirm').fill('4');
  assert.equal(await page.getByRole('button', { name: 'Purge 3 items' }).isDisabled(), true);
  await page.getByLabel('Type 3 to confirm').fill('3');
  await page.getByRole('button', { name: 'Purge 3 items' }).click();
  await page.waitForURL(/\/jobs\//);
  assert.equal(JSON.parse(state.requests.findLast((request) => request.method === 'POST').body).confirm, 3);
  await close(page);
});

test('rows are selected by x and planned by their ids; without any, all that match', async () => {
  const page = await open('/dead-letters?filter=age > 1h&resolution=escalated');
  await page.getByRole('row').nth(1).waitFor();
  await page.getByRole('button', { name: 'Plan a retry…' }).click();
  await page.waitForURL(/\/plans\/new/);
  assert.equal(await page.getByLabel('Filter', { exact: false }).first().inputValue(), '(age > 1h) AND resolution = escalated');
  await page.goBack();
  await page.getByRole('row').nth(1).waitFor();
  for (const key of ['j', 'x', 'j', 'x']) await page.keyboard.press(key);
  await page.getByText('2 selected').first().waitFor();
  await page.getByRole('button', { name: 'Plan a retry…' }).click();
  assert.equal(await page.getByLabel('Ids of orders').inputValue(), 'order-1000\norder-1001');
  await close(page);
});

test('a job is paused with a reason, and the dialog says the same as a command and as curl', async () => {
  const page = await open('/jobs/job-running');
  await page.getByRole('button', { name: 'Pause…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Reason').fill("It's the carrier; $(reboot)");
  await dialog.getByRole('button', { name: 'Copy as CLI' }).click();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), `reprocess jobs pause job-running --reason 'It'\\''s the carrier; $(reboot)' --url ${mock.address}`);
  await dialog.getByRole('button', { name: 'Copy as curl' }).click();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), `curl -sS -X POST ${mock.address}/api/jobs/job-running/pause -H 'Content-Type: application/json' -d '{"reason":"It'\\''s the carrier; $(reboot)"}'`);
  await dialog.getByRole('button', { name: 'Pause', exact: true }).click();
  await dialog.waitFor({ state: 'detached' });
  assert.deepEqual(JSON.parse(state.requests.findLast((request) => request.path.endsWith('/pause')).body), { reason: "It's the carrier; $(reboot)" });
  await close(page);
});

test('a problem shows its code and what to do', async () => {
  const page = await open('/runs');
  await page.getByRole('button', { name: 'Run now…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Start' }).click();
  await page.getByText('run_active').waitFor();
  await page.getByText('Wait until it has ended, or look at it.').waitFor();
  await close(page);
});

test('an app that is down leaves the last answer and says from when it is', async () => {
  const page = await open('/jobs/job-running');
  await page.getByText('160 succeeded').first().waitFor();
  state.isDown = true;
  await page.getByText(/Reconnecting, data from \d\d:\d\d:\d\d/).waitFor();
  assert.equal(await page.getByText('160 succeeded').first().isVisible(), true);
  state.isDown = false;
  await page.locator('.connection:not(.is-lost)', { hasText: 'Live' }).waitFor();
  await close(page);
});

test('an app that never answered says so', async () => {
  state.isDown = true;
  const page = await open('/groups');
  await page.getByText('The app does not answer.').first().waitFor();
  await close(page);
});

test('a role that does not allow it and a storage that is down are told apart', async () => {
  state.problem = { path: '/api/audit-events', say: [403, 'forbidden', 'Your role does not allow this.'] };
  const page = await open('/audit');
  await page.getByText('forbidden').waitFor();
  state.problem = { path: '/api/audit-events', say: [503, 'storage_unavailable', 'The storage does not answer.'] };
  await page.reload();
  await page.getByText('storage_unavailable').waitFor();
  await close(page);
});

test('nothing is asked while nobody can see the page, and no page is asked more often than every two seconds', async () => {
  const page = await open('/jobs/job-running');
  await page.getByText('160 succeeded').first().waitFor();
  await page.clock.install();
  await page.clock.runFor(20_000);
  const visible = state.requests.filter((request) => request.path === '/api/jobs/job-running').length;
  assert.ok(visible <= 12, String(visible));
  await page.evaluate(() => {
    Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  });
  await page.clock.runFor(20_000);
  const hidden = state.requests.length;
  await page.clock.runFor(60_000);
  assert.equal(state.requests.length, hidden);
  await close(page);
});

test('the keys are listed by ?, and a dialog gives the focus back', async () => {
  const page = await open('/jobs');
  await page.keyboard.press('?');
  await page.getByRole('dialog').getByText('next, previous row').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await close(page);
});
