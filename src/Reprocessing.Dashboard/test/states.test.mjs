// What stands in the way, in words, and the way back from it: a key, a sign-in, a role, the app, its storage. In a real browser, against fixtures.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { address, close, open, state } from './harness.mjs';

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

test('a sign-in that runs out is asked for anew, and what was being typed stays', async () => {
  state.token = 'of the morning';
  const page = await open('/jobs/job-running');
  const key = page.getByRole('dialog');
  await key.getByText('The app asks who you are').waitFor();
  await key.getByLabel('Access token').fill(state.token);
  await key.getByRole('button', { name: 'Use' }).click();
  await page.getByText('160 succeeded').first().waitFor();
  await page.getByRole('button', { name: 'Pause…' }).click();
  await page.getByLabel('Reason').fill('The carrier is being asked.');
  state.token = 'of noon';
  const again = page.getByRole('dialog', { name: 'Your sign-in has run out' });
  await again.getByText('What was accepted before no longer is.').waitFor();
  assert.equal(await page.getByText('160 succeeded').first().isVisible(), true);
  await again.getByLabel('Access token').fill('of yesterday');
  await again.getByRole('button', { name: 'Use' }).click();
  const wrong = page.getByRole('dialog', { name: 'The app asks who you are' });
  await wrong.getByText('The key or the token was not accepted.').waitFor();
  await wrong.getByLabel('Access token').fill(state.token);
  await wrong.getByRole('button', { name: 'Use' }).click();
  await wrong.waitFor({ state: 'detached' });
  const pause = page.getByRole('dialog', { name: 'Pause the job' });
  assert.equal(await pause.getByLabel('Reason').inputValue(), 'The carrier is being asked.');
  await pause.getByRole('button', { name: 'Pause', exact: true }).click();
  await pause.waitFor({ state: 'detached' });
  const sent = state.requests.findLast((request) => request.path.endsWith('/pause'));
  assert.deepEqual([sent.headers.authorization, JSON.parse(sent.body).reason], ['Bearer of noon', 'The carrier is being asked.']);
  await close(page);
});

test('whoever closes the question is told how to get back to it', async () => {
  state.key = 'right';
  const page = await open('/dead-letters');
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
  await page.getByRole('alert').getByText('The app asks for a key or a sign-in.').first().waitFor();
  await page.getByText('Give a function key, or sign in, by “Key” at the top.').first().waitFor();
  await page.getByRole('button', { name: 'Key', exact: true }).click();
  await page.getByLabel('Function key').fill('right');
  await page.getByRole('button', { name: 'Use' }).click();
  await page.getByRole('row').nth(1).waitFor();
  await close(page);
});

test('what the role of the caller does not allow is said, and not sent', async () => {
  state.me = 'viewer';
  const page = await open('/failing');
  await page.getByRole('row').nth(1).waitFor();
  const restart = page.getByRole('button', { name: 'Plan a restart…' });
  await page.locator('button[aria-disabled]', { hasText: 'Plan a restart…' }).waitFor();
  // A reason that only a mouse finds would be none: the button can be reached, and says it.
  await restart.focus();
  await page.keyboard.press('Enter');
  await page.getByRole('status').getByText('It needs the role operator; you are viewer.').waitFor();
  assert.match(page.url(), /\/failing$/);
  await page.goto(`${address()}/dashboard/plans/plan-7f31`);
  await page.getByText('It needs the role operator; you are viewer.').first().waitFor();
  assert.equal(await page.getByRole('button', { name: 'Retry 412 items' }).isDisabled(), true);
  assert.ok(state.requests.every((request) => request.method === 'GET'));
  await close(page);
});

test('a role that is missing is named, with what to do, and the page goes on when it is there', async () => {
  state.me = 'viewer';
  state.problem = { path: '/api/audit-events', say: [403, 'forbidden_role', 'The caller does not have the role for this.', "It needs the role 'viewer'; the caller has none."] };
  const page = await open('/audit');
  const said = page.getByRole('alert');
  await said.getByText('forbidden_role').waitFor();
  await said.getByText("It needs the role 'viewer'; the caller has none.").waitFor();
  await said.getByText('What to do').waitFor();
  delete state.problem;
  await said.getByRole('button', { name: 'Try again' }).click();
  await page.getByRole('row').nth(1).waitFor();
  await close(page);
});

test('an app that is read-only says so on every page', async () => {
  state.readOnly = true;
  const page = await open('/jobs/job-running');
  await page.getByText('The app is read-only:').waitFor();
  await page.locator('button[aria-disabled]', { hasText: 'Pause…' }).waitFor();
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

test('an app that never answered says so, is asked again, and shows what it says', async () => {
  state.isDown = true;
  const page = await open('/groups');
  await page.getByText('The app does not answer.').first().waitFor();
  await page.getByText('Look whether the app runs: /api/health needs no key.').first().waitFor();
  state.isDown = false;
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByRole('row').nth(1).waitFor();
  await close(page);
});

test('a storage that is down is told from an app that is, and the last answer stays', async () => {
  const storage = { path: '/api/', say: [503, 'storage_unavailable', 'The storage does not answer.'] };
  state.problem = storage;
  const page = await open('/failing');
  const said = page.getByRole('alert').first();
  await said.getByText('storage_unavailable').waitFor();
  delete state.problem;
  await said.getByRole('button', { name: 'Try again' }).click();
  await page.getByRole('row').nth(1).waitFor();
  state.problem = storage;
  await page.getByText(/Reconnecting, data from \d\d:\d\d:\d\d\. The storage does not answer\./).waitFor();
  assert.equal(await page.getByRole('row').nth(1).isVisible(), true);
  delete state.problem;
  await page.locator('.connection:not(.is-lost)', { hasText: 'Live' }).waitFor();
  await close(page);
});

test('the health of an app whose storage is down is said in words', async () => {
  state.isUnhealthy = true;
  const page = await open('/system');
  const health = page.getByRole('region', { name: 'Health' });
  await health.getByText('The storage does not answer.').waitFor();
  await health.getByText('The app runs, and cannot read or write anything.').waitFor();
  state.isUnhealthy = false;
  await health.getByRole('button', { name: 'Try again' }).click();
  await health.getByText('Reachable').waitFor();
  await close(page);
});
