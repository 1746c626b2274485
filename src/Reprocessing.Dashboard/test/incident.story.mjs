// An incident in a real browser against a running app: by keyboard alone, and by mouse on a small screen.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { api, close, hostileReason, last, mend, open, until } from './story.mjs';

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

  await mend(kind);
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
  const helped = (one) => one.openCount === 0 && one.retries.find((retry) => retry.jobId === done.jobId)?.outcomes.succeeded === again.count;
  await until(() => api(`/api/failure-groups/${last(page)}`), helped, 'the group has no open entry, and its last retry has helped all');
  assert.equal(await page.locator('main img, main script, main b').count(), 0);
}

test('by keyboard alone', { timeout: 600_000 }, async () => {
  const page = await open('');
  await deal(page, keyboard(page), 'Scanner at gate', 'gate', 8);
  await close(page);
});

test('by mouse, 360 px wide, and what the warehouse says is text', { timeout: 600_000 }, async () => {
  const page = await open('', { width: 360 });
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
