// An incident in a real browser against a running app: by keyboard alone, by mouse on a small screen, and by the lines that the pages copy.
// The test that starts the app starts this; APP and WAREHOUSE are their addresses, REPROCESS_DLL is the command line.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { launch } from './browser.mjs';

const { APP, WAREHOUSE } = process.env;
const limit = 180_000;
const hostileReason = `It's mended; $(touch owned) "quoted" <b>bold</b>`;
let browser;

before(async () => {
  browser = await launch();
});
after(() => browser?.close());

/** A page that fails its test by whatever the console takes for an error: a breach of the policy and a refused request among them. */
async function open(path, width = 1280) {
  const context = await browser.newContext({ viewport: { width, height: 800 }, reducedMotion: 'reduce' });
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: APP });
  context.setDefaultTimeout(limit);
  const page = await context.newPage();
  page.faults = [];
  page.on('console', (message) => message.type() === 'error' && page.faults.push(message.text()));
  page.on('pageerror', (error) => page.faults.push(String(error)));
  await page.goto(`${APP}/dashboard${path}`);
  await page.locator('h1').waitFor();
  return page;
}

async function close(page) {
  assert.deepEqual(page.faults, []);
  assert.equal(await page.evaluate(() => globalThis.owned), undefined);
  await page.context().close();
}

async function api(path) {
  const response = await fetch(`${APP}${path}`);
  assert.ok(response.ok, `${path}: ${response.status}`);
  return response.json();
}

async function until(read, holds, what) {
  const end = Date.now() + limit;
  for (;;) {
    const value = await read();
    if (holds(value)) return value;
    assert.ok(Date.now() < end, `${what}: ${JSON.stringify(value).slice(0, 2000)}`);
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

const last = (page) => decodeURIComponent(new URL(page.url()).pathname.split('/').at(-1));
const jobOf = (page) => api(`/api/jobs/${last(page)}`);

/** Nothing but keys: what cannot be reached by Tab is not there. */
const keyboard = (page) => {
  const reach = async (target) => {
    await target.waitFor();
    for (let n = 0; n < 250; n++) {
      if (await target.evaluate((element) => element === document.activeElement)) return;
      await page.keyboard.press('Tab');
    }
    assert.fail(`Tab does not reach ${target}`);
  };
  return {
    press: async (target) => { await reach(target); await page.keyboard.press('Enter'); },
    fill: async (target, text) => { await reach(target); await page.keyboard.press('Control+A'); await page.keyboard.type(text); },
    groups: async () => { await page.keyboard.press('g'); await page.keyboard.press('f'); },
    row: async (text) => {
      const row = page.getByRole('row').filter({ hasText: text });
      await row.waitFor();
      for (let n = 0; n < 20 && !(await row.evaluate((element) => element === document.activeElement)); n++) await page.keyboard.press('j');
      await page.keyboard.press('Enter');
    },
  };
};

const mouse = (page) => ({
  press: (target) => target.click(),
  fill: async (target, text) => { await target.click({ clickCount: 3 }); await page.keyboard.type(text); },
  groups: async () => { await page.getByRole('button', { name: 'Menu' }).click(); await page.getByRole('link', { name: 'Failure groups' }).click(); },
  row: (text) => page.getByRole('row').filter({ hasText: text }).getByRole('link').first().click(),
});

async function plan(page, hand, group) {
  await hand.groups();
  await page.waitForURL(/\/groups$/);
  await hand.row(group);
  await page.waitForURL(/\/groups\/[0-9a-f]{16}$/);
  await hand.press(page.getByRole('button', { name: 'Plan a retry…' }));
  await page.waitForURL(/\/plans\/new/);
  await hand.fill(page.getByLabel('Starts of an order'), '1');
  await hand.fill(page.getByLabel('Your name'), 'dana');
  await hand.press(page.getByRole('button', { name: 'Preview' }));
  await page.waitForURL(/\/plans\/plan-/);
  await page.getByRole('heading', { name: last(page) }).waitFor();
  return api(`/api/plans/${last(page)}`);
}

async function apply(page, hand, count, reason) {
  await hand.fill(page.getByLabel('Reason'), reason);
  await hand.press(page.getByRole('button', { name: '1, 5, rest', exact: true }));
  await hand.press(page.getByRole('button', { name: `Retry ${count} items` }));
  await page.waitForURL(/\/jobs\/job-/);
}

/** From the page that somebody is called to, to the proof that it helped. */
async function deal(page, hand, group, kind, orders) {
  await page.getByText(group).first().waitFor();
  const planned = await plan(page, hand, group);
  assert.deepEqual([planned.operation, planned.count, planned.requestedBy], ['retry', orders, 'dana (claimed)']);

  await apply(page, hand, orders, 'The scanners should be back.');
  await page.getByText('Too many of a ramp step failed: it paused by itself.', { exact: false }).waitFor();
  const paused = await jobOf(page);
  assert.deepEqual([paused.state, paused.stateReason, paused.counts.failed, paused.counts.pending, paused.ramp], ['paused', 'ramp_threshold', 1, orders - 1, [1, 5]]);

  await hand.press(page.getByRole('button', { name: 'Cancel…' }));
  const dialog = page.getByRole('dialog');
  await hand.fill(dialog.getByLabel('Reason'), 'They are not.');
  await hand.press(dialog.getByRole('button', { name: 'Cancel the job' }));
  await page.locator('.page-title').getByText('Canceled').waitFor();
  assert.equal((await jobOf(page)).state, 'canceled');

  assert.ok((await fetch(`${WAREHOUSE}/mend/${kind}`, { method: 'POST' })).ok);
  const again = await plan(page, hand, group);
  assert.ok(again.count > 1, JSON.stringify(again));
  await apply(page, hand, again.count, hostileReason);
  await page.locator('.page-title').getByText('Succeeded').waitFor();
  const done = await jobOf(page);
  assert.deepEqual([done.state, done.counts.succeeded, done.reason], ['succeeded', again.count, hostileReason]);
  await page.getByText(hostileReason).first().waitFor();

  await hand.groups();
  await page.waitForURL(/\/groups$/);
  await hand.row(group);
  await page.getByText('Fix confirmed:', { exact: false }).first().waitFor();
  const told = await until(() => api(`/api/failure-groups/${last(page)}`), (one) => one.openCount === 0, 'the group has no open entry');
  assert.equal(told.retries.find((retry) => retry.jobId === done.jobId).outcomes.succeeded, again.count);
  assert.equal(await page.locator('main img, main script, main b').count(), 0);
}

test('by keyboard alone', { timeout: 600_000 }, async () => {
  const page = await open('');
  await deal(page, keyboard(page), 'Scanner at gate', 'gate', 8);
  await close(page);
});

test('by mouse, 360 px wide, and what the warehouse says is text', { timeout: 600_000 }, async () => {
  const page = await open('', 360);
  await deal(page, mouse(page), '<img src=x onerror="window.owned', 'dock', 8);
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth), 'wider than the window');
  await close(page);
});

test('hostile ids, customers and payloads are text on the page of their order', { timeout: 300_000 }, async () => {
  const page = await open('/dead-letters?resolution=any&columns=order,customer,reason,city');
  await page.getByRole('link', { name: 'odd-<img src=x onerror=window.owned=1>' }).click();
  await page.getByRole('heading', { name: 'odd-<img src=x onerror=window.owned=1>' }).waitFor();
  await page.getByText('<b onclick=window.owned=1>customer').first().waitFor();
  await page.getByText('<svg onload=window.owned=1>').first().waitFor();
  assert.equal(await page.locator('main img, main script, main b, main svg').count(), 0);
  await close(page);
});

const shell = promisify(execFile);

/** What was copied, run as whoever pastes it into a terminal does; of what asks, the answer is yes. */
async function run(page, button, more = '') {
  await button.click();
  const line = await page.evaluate(() => navigator.clipboard.readText());
  const { stdout } = await shell('bash', ['-c', `set -e; reprocess() { dotnet "$REPROCESS_DLL" "$@"; }; ${line}${more}`], { timeout: limit });
  return stdout;
}

test('what a page copies does what the page does', { timeout: 900_000 }, async () => {
  assert.ok((await fetch(`${WAREHOUSE}/mend/belt`, { method: 'POST' })).ok);
  const { fingerprint } = (await api('/api/orders/belt-1')).failure;
  const filter = `fingerprint = ${fingerprint}`;
  const page = await open(`/plans/new?operation=retry&filter=${encodeURIComponent(filter)}`);
  const copies = (within = page) => ({ cli: within.getByRole('button', { name: 'Copy as CLI' }).first(), curl: within.getByRole('button', { name: 'Copy as curl' }).first() });
  const visit = async (path) => { await page.goto(`${APP}/dashboard${path}`); await page.locator('.loading').first().waitFor({ state: 'detached' }); };
  const plans = async () => (await api('/api/plans?pageSize=200')).items;

  // A plan.
  await page.getByLabel('Starts of an order').fill('1');
  await page.getByLabel('Your name').fill("dana O'Neil");
  const before = new Set((await plans()).map((one) => one.planId));
  await run(page, copies().cli);
  const [first] = (await plans()).filter((one) => !before.has(one.planId));
  const second = JSON.parse(await run(page, copies().curl));
  // The app writes a filter anew, with quotes where they may be.
  const told = (one) => [one.operation, one.selection.replaceAll("'", ''), one.count, one.requestedBy, one.options.maxRetries];
  assert.deepEqual(told(first), ['retry', filter, 6, "dana O'Neil (claimed)", 1]);
  assert.deepEqual(told(second), told(first));

  // A retry, so slow that it can be steered.
  await visit(`/plans/${first.planId}`);
  await page.getByLabel('Reason').fill(hostileReason);
  await page.getByLabel('Items a second').fill('0.01');
  await run(page, copies(page.locator('.apply')).cli, ' --yes');
  const { jobId } = await until(() => api(`/api/plans/${first.planId}`), (one) => one.jobId, 'the plan is applied');
  const job = () => api(`/api/jobs/${jobId}`);
  const started = await until(job, (one) => one.state === 'running', 'the job runs');
  assert.deepEqual([started.reason, started.pace.itemsPerSecond, started.requestedBy], [hostileReason, 0.01, "dana O'Neil (claimed)"]);

  await visit(`/jobs/${jobId}`);
  const dialog = page.getByRole('dialog');
  const buttons = (name) => page.locator('main button', { hasText: name });
  // What is done from elsewhere shows on the page behind the dialog; the dialog stays, and gives the focus back.
  const action = async (name, fields, how, wait) => {
    await page.getByRole('button', { name }).click();
    for (const [label, text] of Object.entries(fields)) await dialog.getByLabel(label).fill(text);
    await run(page, copies(dialog)[how]);
    await wait();
    for (const [label, text] of Object.entries(fields)) assert.equal(await dialog.getByLabel(label).inputValue(), text);
    await dialog.getByRole('button', { name: 'Close' }).click();
    await dialog.waitFor({ state: 'detached' });
  };
  await action('Pause…', { Reason: hostileReason }, 'cli', () => buttons('Resume…').waitFor());
  await until(job, (one) => one.state === 'paused' || one.demand === 'pause', 'the job pauses');
  await action('Resume…', { Reason: 'On with it.' }, 'curl', () => buttons('Pause…').waitFor());
  await until(job, (one) => one.demand === 'run', 'the job goes on');
  await action('Pace…', { 'At work at once': '7', 'Items a second': '0.02', Reason: 'A bit faster.' }, 'cli', () => page.getByText('7 at once', { exact: false }).first().waitFor());
  assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Pace…');
  assert.deepEqual((await job()).pace, { parallelism: 7, itemsPerSecond: 0.02 });
  await action('Cancel…', { Reason: 'By the other plan.' }, 'curl', () => buttons('Cancel…').waitFor({ state: 'detached' }));
  await until(job, (one) => one.state === 'canceled', 'the job is cancelled');
  const audit = (await api(`/api/audit-events?target=${jobId}`)).items;
  for (const [name, reason] of [['job.paused', hostileReason], ['job.resumed', 'On with it.'], ['job.canceled', 'By the other plan.']]) {
    assert.ok(audit.some((event) => event.action === name && event.reason === reason), `${name}: ${JSON.stringify(audit)}`);
  }

  // The other plan, by curl: each order is completed by one of the two.
  await visit(`/plans/${second.planId}`);
  await page.getByLabel('Reason').fill('The belt runs.');
  const applied = JSON.parse(await run(page, copies(page.locator('.apply')).curl));
  assert.equal(applied.planId, second.planId);
  await until(() => api(`/api/jobs/${applied.jobId}`), (one) => one.endedAt, 'the other job ends');
  await until(() => api(`/api/orders?status=any&filter=${encodeURIComponent("orderId STARTSWITH 'belt-'")}`), (list) => list.items.length === 6 && list.items.every((one) => one.status === 'completed'), 'all orders are completed');

  // Failing orders, and the schedule.
  await visit(`/failing?filter=${encodeURIComponent("orderId STARTSWITH 'late-'")}`);
  assert.match(await run(page, copies().cli), /late-1[^]*late-2/);
  assert.deepEqual(JSON.parse(await run(page, copies().curl)).items.map((one) => one.orderId).sort(), ['late-1', 'late-2']);
  await visit('/system');
  await action('Pause…', { Reason: hostileReason }, 'cli', () => buttons('Resume…').waitFor());
  assert.deepEqual([(await api('/api/schedule')).paused, (await api('/api/schedule')).reason], [true, hostileReason]);
  await action('Resume…', { Reason: 'It has moved.' }, 'curl', () => buttons('Pause…').waitFor());
  assert.equal((await api('/api/schedule')).paused, false);
  await close(page);
});
