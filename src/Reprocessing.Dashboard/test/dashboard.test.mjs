// What the dashboard does, in a real browser, against fixtures. CHROMIUM names the browser.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { address, close, open, state } from './harness.mjs';

test('a character that would turn text around is shown by its code', async () => {
  const page = await open('/orders/order-1005');
  await page.locator('dd', { hasText: '\\u202egnp.exe\\u202c' }).first().waitFor();
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
  await page.getByRole('option', { name: 'errorType' }).waitFor();
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

test('failing orders are filtered, narrowed by status, and planned as a whole or by what is selected', async () => {
  const page = await open('');
  await page.keyboard.press('g');
  await page.keyboard.press('e');
  await page.waitForURL(/\/failing$/);
  await page.getByRole('row').nth(1).waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type('errorType = timout');
  await page.keyboard.press('Enter');
  await page.getByText('Column 13: Found').waitFor();
  await page.getByLabel('Filter of orders').fill('age > 10m');
  await page.keyboard.press('Enter');
  await page.getByRole('link', { name: /Pick timeout/ }).click();
  await page.waitForURL(/status=pick_timeout/);
  await page.getByRole('button', { name: 'Copy as CLI' }).first().click();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), `reprocess failing list --filter 'age > 10m' --status pick_timeout --url ${address()}`);
  await page.getByRole('button', { name: 'Plan a restart…' }).click();
  await page.waitForURL(/\/plans\/new/);
  assert.equal(await page.getByLabel('Filter', { exact: false }).first().inputValue(), '(age > 10m) AND status = pick_timeout');
  await page.getByRole('button', { name: 'Copy as CLI' }).click();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), `reprocess plan create restart --filter '(age > 10m) AND status = pick_timeout' --url ${address()}`);
  await page.goBack();
  await page.getByRole('row').nth(1).waitFor();
  for (const key of ['j', 'x', 'j', 'x']) await page.keyboard.press(key);
  await page.getByText('2 selected').first().waitFor();
  await page.getByRole('button', { name: 'Plan a cancel…' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Preview' }).click();
  await page.waitForURL(/\/plans\/plan-cancel/);
  assert.deepEqual(JSON.parse(state.requests.findLast((request) => request.method === 'POST').body), { operation: 'cancel', selection: { ids: ['order-2000', 'order-2001'] } });
  await page.getByLabel('Reason').fill('Their customers have gone elsewhere.');
  assert.equal(await page.getByRole('button', { name: 'Cancel 7 items' }).isDisabled(), true);
  await page.getByLabel('Type 7 to confirm').fill('7');
  await page.getByRole('button', { name: 'Cancel 7 items' }).click();
  await page.waitForURL(/\/jobs\//);
  assert.equal(JSON.parse(state.requests.findLast((request) => request.method === 'POST').body).confirm, 7);
  await close(page);
});

test('which attempt of how many an order is at is said on its page and in the list', async () => {
  const page = await open('/orders/order-1000');
  await page.getByRole('region', { name: 'Order', exact: true }).getByText('6 of 6, no restart is left').waitFor();
  await page.getByRole('region', { name: 'Attempts' }).getByText('Attempt 6 of 6').waitFor();
  await page.goto(`${address()}/dashboard/failing`);
  await page.getByRole('row', { name: /order-2001/ }).getByRole('cell', { name: '2 of 6' }).waitFor();
  await close(page);
});

test('a filter that is too long for an address is asked as a body, and copied as one', async () => {
  const filter = `orderId IN (${Array.from({ length: 150 }, (_, n) => `order-number-${n}`).join(', ')})`;
  const page = await open(`/failing?filter=${encodeURIComponent(filter)}`);
  await page.getByRole('row').nth(1).waitFor();
  const asked = state.requests.find((request) => request.path.startsWith('/api/orders/query'));
  assert.deepEqual([asked.method, JSON.parse(asked.body)], ['POST', { filter }]);
  await page.getByRole('button', { name: 'Copy as curl' }).first().click();
  assert.match(await page.evaluate(() => navigator.clipboard.readText()), /^curl -sS -X POST '?http.*\/api\/orders\/query\?pageSize=50'? .*-d '\{"filter":"orderId IN/);
  await close(page);
});

test('the course of the last 24 hours stands beside each kind of failure, in words too', async () => {
  const page = await open('');
  await page.getByRole('region', { name: 'What fails' }).getByRole('img', { name: 'from 0 to 550 in 24 hours, most 550' }).waitFor();
  await page.goto(`${address()}/dashboard/groups`);
  await page.getByRole('row', { name: /Connection to/ }).getByRole('img', { name: 'from 40 to 0 in 24 hours, most 40' }).waitFor();
  await page.getByRole('row', { name: /The address has no street/ }).getByRole('img', { name: '2 throughout 24 hours' }).waitFor();
  await page.getByRole('row', { name: /Scanner/ }).getByRole('link').first().click();
  await page.getByRole('region', { name: 'Group', exact: true }).getByText('from 0 to 550 in 24 hours, most 550').waitFor();
  await close(page);
});

test('the hours of the history are in the address, and what nobody has counted is not shown as nothing', async () => {
  const page = await open('', { timezoneId: 'UTC' });
  const panel = page.getByRole('region', { name: 'Failing orders and dead letters' });
  await panel.getByRole('img', { name: /^Failing orders and open dead letters of the last 24 hours: from \d+ failing and \d+ dead letters to 182 failing and 545 dead letters; the most was 727\.$/ }).waitFor();
  await panel.getByRole('img', { name: /^Age of the oldest open dead letter in the last 24 hours: from .* to 2 d 4 h; the most was / }).waitFor();
  assert.equal(await panel.locator('tr', { hasText: 'not counted' }).count(), 6);
  assert.equal(await panel.locator('.bar-missing').count(), 6);
  await panel.getByRole('button', { name: '30 d' }).click();
  await page.waitForURL(/hours=720/);
  await panel.getByRole('img', { name: /of the last 30 days: .*; the most was 727\.$/ }).waitFor();
  await panel.getByRole('img', { name: /in the last 30 days: from empty queue to 2 d/ }).waitFor();
  await page.reload();
  await panel.locator('button[aria-pressed="true"]', { hasText: '30 d' }).waitFor();
  assert.ok(state.requests.some((request) => request.path === '/api/statistics/history?hours=720'));
  state.isUncounted = true;
  await panel.getByRole('button', { name: '7 d' }).click();
  await panel.getByText('Nothing was counted in these hours.').waitFor();
  await page.goBack();
  await page.goBack();
  assert.equal(new URL(page.url()).search, '');
  await close(page);
});

test('an alert is acknowledged by a person, and those that nobody knows of come first', async () => {
  const page = await open('');
  const alerts = page.getByRole('region', { name: 'Alerts' });
  await alerts.getByText('412 dead letters').waitFor();
  assert.match(await alerts.getByRole('listitem').last().textContent(), /545 dead letters.*known to dana/);
  await alerts.getByRole('button', { name: 'Acknowledge…' }).first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Reason').fill('Gate 4 is being mended.');
  await dialog.getByLabel('Your name').fill('dana');
  await dialog.getByRole('button', { name: 'Acknowledge', exact: true }).click();
  await dialog.waitFor({ state: 'detached' });
  const said = state.requests.findLast((request) => request.method === 'POST');
  assert.match(said.path, /^\/api\/alerts\/failure_group-[0-9a-f]{16}\/acknowledge$/);
  assert.deepEqual(JSON.parse(said.body), { reason: 'Gate 4 is being mended.', requestedBy: 'dana' });
  await close(page);
});

test('the schedule is paused with a reason, and says who has paused it and why', async () => {
  const page = await open('/system');
  const panel = page.getByRole('region', { name: 'Schedule' });
  await panel.getByText('next run').waitFor();
  await panel.getByRole('button', { name: 'Pause…' }).click();
  await page.getByRole('dialog').getByLabel('Reason').fill('The warehouse moves.');
  await page.getByRole('dialog').getByRole('button', { name: 'Copy as CLI' }).click();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), `reprocess schedule pause --reason 'The warehouse moves.' --url ${address()}`);
  state.paused = true;
  await page.getByRole('dialog').getByRole('button', { name: 'Pause', exact: true }).click();
  await panel.getByRole('button', { name: 'Resume…' }).waitFor();
  await panel.getByText('Paused by').waitFor();
  assert.equal(await page.locator('main img').count(), 0);
  await close(page);
});

test('a plan that needs an approval is approved by somebody else', async () => {
  state.me = 'operator';
  const page = await open('/plans/plan-waiting');
  await page.getByText('somebody else has to approve it').first().waitFor();
  await page.locator('button[aria-disabled]', { hasText: 'Approve…' }).waitFor();
  state.me = 'approver';
  await page.reload();
  await page.locator('button:not([aria-disabled])', { hasText: 'Approve…' }).click();
  await page.getByRole('dialog').getByLabel('Reason').fill('Agreed with the carrier.');
  await page.getByRole('dialog').getByRole('button', { name: 'Approve', exact: true }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  const said = state.requests.findLast((request) => request.method === 'POST');
  assert.deepEqual([said.path, JSON.parse(said.body)], ['/api/plans/plan-waiting/approve', { reason: 'Agreed with the carrier.' }]);
  await close(page);
});

test('a job is paused with a reason, and the dialog says the same as a command and as curl', async () => {
  const page = await open('/jobs/job-running');
  await page.getByRole('button', { name: 'Pause…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Reason').fill("It's the carrier; $(reboot)");
  await dialog.getByRole('button', { name: 'Copy as CLI' }).click();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), `reprocess jobs pause job-running --reason 'It'\\''s the carrier; $(reboot)' --url ${address()}`);
  await dialog.getByRole('button', { name: 'Copy as curl' }).click();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), `curl -sS -X POST ${address()}/api/jobs/job-running/pause -H 'Content-Type: application/json' -d '{"reason":"It'\\''s the carrier; $(reboot)"}'`);
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
  await page.goto(`${address()}/dashboard/jobs/job-running`);
  for (const leave of ['Escape', 'Enter']) {
    await page.getByRole('button', { name: 'Pace…' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').getByLabel('Reason').waitFor();
    if (leave === 'Enter') await page.getByRole('dialog').getByRole('button', { name: 'Close' }).focus();
    await page.keyboard.press(leave);
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Pace…');
  }
  await close(page);
});
