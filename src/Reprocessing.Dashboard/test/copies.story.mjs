// What the pages copy, run in a shell, does what the pages do: each button's line of the command line, and its curl line.
import assert from 'node:assert/strict';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { createServer, request as ask } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { act, api, APP, close, hostileReason, mend, open, post, run, until } from './story.mjs';

const name = "dana O'Neil";
const claimed = `${name} (claimed)`;
const both = ['cli', 'curl'];
const timeout = 600_000;

/** A page of somebody who has given a name in this tab. */
async function named(path, options) {
  const page = await open('/system', options);
  await page.evaluate((given) => sessionStorage.setItem('reprocessing.name', given), name);
  await page.visit(path);
  return page;
}

const filter = (text) => `filter=${encodeURIComponent(text)}`;
const newPlan = (operation, rest) => `/plans/new?operation=${operation}&${rest}`;
const idIn = (kind, said) => new RegExp(`${kind}-\\d{8}-[\\w-]+`).exec(said)[0];
const audited = (target, action, ...reasons) => until(
  async () => (await api(`/api/audit-events?target=${encodeURIComponent(target)}`)).items.filter((event) => event.action === action),
  (events) => reasons.length > 0 && reasons.every((reason) => events.some((event) => event.reason === reason && event.actor === claimed)), `the audit log has ${action} of ${target}`);

/** Runs both lines of the page that makes a plan; the two plans are the same. */
async function planned(page, count) {
  const told = async (how) => {
    const { operation, selection, options, requestedBy, count: found } = await api(`/api/plans/${idIn('plan', await run(page, how))}`);
    return { operation, selection, options, requestedBy, count: found };
  };
  const [one, other] = [await told('cli'), await told('curl')];
  assert.deepEqual(other, one);
  assert.deepEqual([one.requestedBy, one.count], [claimed, count], JSON.stringify(one));
  return one;
}

test('a plan of every operation, of a filter, of all, and of the rows that are selected', { timeout }, async () => {
  const page = await named(newPlan('retry', filter("orderId STARTSWITH 'cart-'")));
  await page.getByLabel('Starts of an order').fill('2');
  await page.getByLabel('From', { exact: true }).selectOption('beginning');
  await page.getByLabel('Wait for an outcome, seconds').fill('60');
  await page.getByLabel('Also what is likely to fail again').check();
  await page.getByLabel('But not').fill("cart-1, it's none");
  const retry = await planned(page, 3);
  assert.deepEqual([retry.options.maxRetries, retry.options.timeoutPerItemSeconds, retry.options.force, retry.options.modifications.from], [2, 60, true, 'beginning']);

  await page.visit(newPlan('resolve', `ids=${encodeURIComponent('["cart-1","cart-2"]')}`));
  await page.getByLabel('As', { exact: true }).selectOption('cancelled');
  await page.getByLabel('Note on each').fill(hostileReason);
  const resolve = await planned(page, 2);
  assert.deepEqual([resolve.options.resolution, resolve.options.notes], ['cancelled', hostileReason]);

  await page.visit(newPlan('purge', 'all=1'));
  await page.getByLabel('Also entries that nobody has resolved').check();
  assert.equal((await planned(page, 27)).options.force, true);

  for (const [button, operation] of [['Plan a restart…', 'restart'], ['Plan a dead-letter…', 'dead_letter'], ['Plan a cancel…', 'cancel']]) {
    await page.visit('/failing');
    for (const order of ['late-1', 'late-2']) await page.getByLabel(`Select ${order}`, { exact: true }).check();
    await page.getByRole('button', { name: button }).click();
    await page.waitForURL(/\/plans\/new/);
    assert.equal((await planned(page, 2)).operation, operation);
  }

  await page.visit(`/workflows?query=${encodeURIComponent("ExecutionStatus = Failed AND InstanceId STARTS_WITH 'order-fulfillment-late-'")}`);
  await page.getByRole('button', { name: 'Plan a reset…' }).click();
  await page.getByLabel('Back to').selectOption('FirstWorkflowTask');
  assert.equal((await planned(page, 7)).options.type, 'FirstWorkflowTask');
  await close(page);
});

/** As the platform's sign-in: it knows the tokens of two, and tells the app who calls. */
const people = { 'token-of-ada': ['ada@example.com', 'viewer', 'approver'], 'token-of-olga': ['olga@example.com', 'operator'] };

function signIn() {
  const server = createServer((incoming, outgoing) => {
    const { authorization, host: _, ...headers } = incoming.headers;
    const [caller, ...roles] = people[authorization?.replace('Bearer ', '')] ?? [];
    if (!caller && incoming.url.startsWith('/api/')) return outgoing.writeHead(401).end();
    const claims = Buffer.from(JSON.stringify({ claims: roles.map((val) => ({ typ: 'roles', val })) })).toString('base64');
    const who = caller ? { 'x-ms-client-principal-name': caller, 'x-ms-client-principal': claims } : {};
    incoming.pipe(ask(`${APP}${incoming.url}`, { method: incoming.method, headers: { ...headers, ...who } }, (answer) => {
      outgoing.writeHead(answer.statusCode, answer.headers);
      answer.pipe(outgoing);
    }));
  });
  after(() => { server.closeAllConnections(); server.close(); });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${server.address().port}`)));
}

test('a plan of somebody who is signed in is approved by somebody else who is', { timeout }, async () => {
  const [ada, olga] = Object.keys(people);
  const app = await signIn();
  const page = await open('/no/such/page', { app });
  await page.evaluate((token) => sessionStorage.setItem('reprocessing.token', token), ada);
  for (const how of both) {
    const made = await fetch(`${app}/api/plans`, { method: 'POST', body: JSON.stringify({ operation: 'retry', selection: { all: true } }), headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${olga}` } });
    const { planId, state, requestedBy } = await made.json();
    assert.deepEqual([state, requestedBy], ['awaiting_approval', 'olga@example.com']);
    await page.visit(`/plans/${planId}`);
    await page.locator('button:not([aria-disabled])', { hasText: 'Approve…' }).waitFor();
    await act(page, 'Approve…', { Reason: hostileReason }, how, { token: ada });
    const approved = await api(`/api/plans/${planId}`);
    assert.deepEqual([approved.state, approved.approval.by, approved.approval.reason], ['ready', 'ada@example.com', hostileReason]);
  }
  // What nobody had asked for before the token was given was refused.
  page.faults = page.faults.filter((fault) => !fault.includes('401'));
  await close(page);
});

test('a plan is made and applied, its job is steered, and the schedule is', { timeout }, async () => {
  await mend('belt');
  const page = await named(newPlan('retry', filter(`fingerprint = ${(await api('/api/orders/belt-1')).failure.fingerprint}`)));
  await page.getByLabel('Starts of an order').fill('1');
  const [first, second] = [idIn('plan', await run(page, 'cli')), JSON.parse(await run(page, 'curl')).planId];

  // So slow that it can be steered.
  await page.visit(`/plans/${first}`);
  await page.getByLabel('Reason').fill(hostileReason);
  await page.getByLabel('Items a second').fill('0.01');
  await run(page, 'cli', page.locator('.apply'), { isAsked: true });
  const { jobId } = await until(() => api(`/api/plans/${first}`), (one) => one.jobId, 'the plan is applied');
  const job = () => api(`/api/jobs/${jobId}`);
  const started = await until(job, (one) => one.state === 'running', 'the job runs');
  assert.deepEqual([started.reason, started.pace.itemsPerSecond, started.requestedBy], [hostileReason, 0.01, claimed]);

  await page.visit(`/jobs/${jobId}`);
  const button = (text) => page.locator('main button', { hasText: text });
  await act(page, 'Pause…', { Reason: hostileReason }, 'cli', { shows: () => button('Resume…').waitFor() });
  await until(job, (one) => one.state === 'paused' || one.demand === 'pause', 'the job pauses');
  await act(page, 'Resume…', { Reason: 'On with it.' }, 'curl', { shows: () => button('Pause…').waitFor() });
  await until(job, (one) => one.demand === 'run', 'the job goes on');
  await act(page, 'Pause…', { Reason: 'Once more.' }, 'curl', { shows: () => button('Resume…').waitFor() });
  await act(page, 'Resume…', { Reason: 'And on.' }, 'cli', { shows: () => button('Pause…').waitFor() });
  await act(page, 'Pace…', { 'At work at once': '7', 'Items a second': '0.02', Reason: 'A bit faster.' }, 'cli', { shows: () => page.getByText('7 at once', { exact: false }).first().waitFor() });
  assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Pace…');
  assert.deepEqual((await job()).pace, { parallelism: 7, itemsPerSecond: 0.02 });
  await act(page, 'Pace…', { 'At work at once': '6', 'Items a second': '0.01', Reason: 'Slower again.' }, 'curl');
  assert.deepEqual((await job()).pace, { parallelism: 6, itemsPerSecond: 0.01 });
  await act(page, 'Cancel…', { Reason: 'By the other plan.' }, 'curl', { shows: () => button('Cancel…').waitFor({ state: 'detached' }) });
  await until(job, (one) => one.state === 'canceled', 'the job is cancelled');
  await audited(jobId, 'job.paused', hostileReason, 'Once more.');
  await audited(jobId, 'job.resumed', 'On with it.', 'And on.');
  await audited(jobId, 'job.canceled', 'By the other plan.');

  // The other plan, by curl: each order is completed by one of the two.
  await page.visit(`/plans/${second}`);
  await page.getByLabel('Reason').fill('The belt runs.');
  const applied = JSON.parse(await run(page, 'curl', page.locator('.apply')));
  assert.equal(applied.planId, second);
  await until(() => api(`/api/jobs/${applied.jobId}`), (one) => one.endedAt, 'the other job ends');
  await until(() => api(`/api/orders?status=any&${filter("orderId STARTSWITH 'belt-'")}`), (list) => list.items.length === 6 && list.items.every((one) => one.status === 'completed'), 'all orders are completed');

  await page.visit('/system');
  for (const [pausing, resuming] of [both, [...both].reverse()]) {
    await act(page, 'Pause…', { Reason: hostileReason }, pausing, { shows: () => button('Resume…').waitFor() });
    const paused = await api('/api/schedule');
    assert.deepEqual([paused.paused, paused.reason, paused.by], [true, hostileReason, claimed]);
    await act(page, 'Resume…', { Reason: 'It has moved.' }, resuming, { shows: () => button('Pause…').waitFor() });
    assert.equal((await api('/api/schedule')).paused, false);
  }
  await close(page);
});

test('what is done to one order', { timeout }, async () => {
  await mend('cart');
  const page = await named('/orders/cart-1');
  const letter = (order) => api(`/api/dead-letters/${order}`);
  const order = (one) => api(`/api/orders/${one}`);
  const each = async (orders, button, fields, options) => {
    for (const [index, one] of orders.entries()) {
      await page.visit(`/orders/${one}`);
      await act(page, button, fields, both[index], options);
    }
  };
  const asked = { isAsked: true };
  await each(['cart-1', 'cart-2'], 'Retry…', { Reason: hostileReason, From: 'beginning', 'Also when the same input': true }, asked);
  await each(['cart-3', 'cart-4'], 'Escalate…', { Reason: hostileReason }, asked);
  await each(['cart-3', 'cart-3'], 'Note…', { Note: hostileReason });
  await each(['late-1', 'late-2'], 'Dead-letter…', { Reason: hostileReason });
  await each(['late-3', 'late-4'], 'Cancel order…', { Reason: hostileReason }, asked);
  for (const one of ['cart-1', 'cart-2']) {
    await until(() => order(one), (read) => read.status === 'completed', `${one} is completed`);
    assert.equal((await letter(one)).resolution, 'manual_retry');
  }
  for (const one of ['cart-3', 'cart-4']) {
    const read = await until(() => letter(one), (entry) => entry.resolution === 'escalated', `${one} is escalated`);
    assert.deepEqual(read.notes[0].text, hostileReason);
  }
  assert.deepEqual((await letter('cart-3')).notes.map((note) => [note.text, note.author]).slice(1), [[hostileReason, claimed], [hostileReason, claimed]]);
  for (const one of ['late-1', 'late-2']) {
    assert.deepEqual([(await order(one)).status, (await letter(one)).movedBy], ['dead_letter', claimed]);
    await audited(one, 'order.dead_lettered', hostileReason);
  }
  for (const one of ['late-3', 'late-4']) {
    assert.equal((await order(one)).status, 'cancelled');
    await audited(one, 'order.cancelled', hostileReason);
  }
  await close(page);
});

test('a run is started, what it raises is acknowledged, and a group is put aside and taken up', { timeout }, async () => {
  const page = await named('/runs');
  const runs = async () => (await api('/api/reprocessing/runs?pageSize=200')).items;
  const before = (await runs()).length;
  for (const [index, how] of both.entries()) {
    await act(page, 'Run now…', { 'Orders at most': '1' }, how);
    const all = await until(runs, (list) => list.length === before + index + 1 && list.every((one) => one.state === 'completed'), 'the run has ended');
    assert.deepEqual([all[0].maxOrders, all[0].foundCount, all[0].dlqCount, all[0].trigger], [1, 1, 1, 'http']);
    assert.equal((await api(`/api/jobs/${all[0].runId}`)).requestedBy, claimed);
  }

  for (const [index, kind] of ['dead_letters', 'full_runs'].entries()) {
    const alert = async () => (await api('/api/alerts?state=raised')).items.find((one) => one.kind === kind);
    const { message } = await until(alert, (raised) => raised, `the alert ${kind} is raised`);
    await page.visit('/alerts');
    await act(page, 'Acknowledge…', { Reason: hostileReason }, both[index], { within: page.getByRole('row').filter({ hasText: message }) });
    const { acknowledgement } = await alert();
    assert.deepEqual([acknowledgement.by, acknowledgement.reason], [claimed, hostileReason]);
  }

  const { fingerprint } = (await api('/api/orders/cart-3')).failure;
  const group = () => api(`/api/failure-groups/${fingerprint}`);
  for (const [aside, again] of [both, [...both].reverse()]) {
    await page.visit(`/groups/${fingerprint}`);
    await act(page, 'Archive…', { Note: hostileReason }, aside);
    const archived = await group();
    assert.deepEqual([archived.state, archived.note, archived.archivedBy], ['archived', hostileReason, claimed]);
    await page.visit(`/groups/${fingerprint}`);
    await act(page, 'Take up again…', { Note: `Again, by ${again}.` }, again);
    const open = await group();
    assert.deepEqual([open.state === 'archived', open.note], [false, `Again, by ${again}.`]);
  }
  await close(page);
});

test('orders are brought in and written out', { timeout }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'copies-'));
  const page = await named('/imports');
  for (const how of both) {
    // The lookup of this customer waits until it is mended, and the import with it.
    const customer = `held-${how}`;
    const file = join(folder, `it's by ${how}.jsonl`);
    await writeFile(file, Array.from({ length: 6 }, (_, n) => JSON.stringify({ orderId: `${customer}-${n}`, customerId: customer, items: [{ sku: 'SKU-1', quantity: 1 }] })).join('\n'));
    await page.visit('/imports');
    await page.getByText('Import a file…').click();
    await page.getByLabel('File, CSV or JSON lines').setInputFiles(file);
    await page.getByLabel('What becomes of the orders').selectOption('elsewhere');
    const importId = idIn('import', await run(page, how, page.locator('.upload'), { folder }));
    const one = () => api(`/api/imports/${importId}`);
    const begun = await until(one, (read) => read.state === 'running', 'the import is at work');
    assert.deepEqual([begun.mode, begun.format, begun.requestedBy], ['elsewhere', 'jsonl', claimed]);
    await page.visit(`/imports/${importId}`);
    await act(page, 'Cancel…', { Reason: hostileReason }, how);
    const asked = await one();
    assert.deepEqual([asked.cancelRequested, asked.canceledBy, asked.cancelReason], [true, claimed, hostileReason]);
    await mend(customer);
    assert.ok((await until(one, (read) => read.state === 'canceled', 'the import is cancelled')).counts.stored < 6);
  }

  await page.visit('/exports');
  for (const how of both) {
    const exportId = idIn('export', await act(page, 'New export…', { Format: 'csv', 'Only orders of this status': 'completed' }, how));
    const one = () => api(`/api/exports/${exportId}`);
    const done = await until(one, (read) => read.contentPath, 'the export is complete');
    assert.deepEqual([done.format, done.status, done.requestedBy], ['csv', 'completed', claimed]);
    await page.visit(`/exports/${exportId}`);
    await page.getByRole('button', { name: 'Download', exact: false }).waitFor();
    if (how === 'curl') assert.match(await run(page, how), /^orderId,/);
    await act(page, 'Delete file…', {}, how, { isAsked: true });
    assert.equal((await one()).contentPath, undefined);

    const started = await fetch(`${APP}/api/exports`, { method: 'POST', body: JSON.stringify({ requestedBy: name }), headers: { 'Content-Type': 'application/json' } });
    const { exportId: held } = await started.json();
    // Of some twenty pages: it has not ended when it is held still.
    await post(`${APP}/runtime/webhooks/durabletask/instances/${held}/suspend?reason=held`);
    await page.visit(`/exports/${held}`);
    await act(page, 'Cancel…', { Reason: hostileReason }, how);
    await post(`${APP}/runtime/webhooks/durabletask/instances/${held}/resume?reason=held`);
    const end = await until(() => api(`/api/exports/${held}`), (read) => read.endedAt, 'the export ends');
    assert.deepEqual([end.state, end.canceledBy, end.cancelReason], ['canceled', claimed, hostileReason]);
    await page.visit('/exports');
  }
  await close(page);
});

test('what every page shows', { timeout }, async () => {
  const page = await named(`/failing?${filter("orderId STARTSWITH 'late-'")}`);
  const failing = (await api(`/api/orders?${filter("orderId STARTSWITH 'late-'")}`)).items.map((one) => one.orderId);
  const said = await run(page, 'cli');
  assert.deepEqual([failing.length, failing.filter((one) => !said.includes(one))], [1, []]);
  assert.deepEqual(JSON.parse(await run(page, 'curl')).items.map((one) => one.orderId), failing);
  const paths = ['', '/dead-letters?resolution=escalated', '/groups', '/orders/cart-1', '/plans', '/jobs', '/runs', '/workflows', '/imports', '/exports', '/audit?action=job.paused', '/alerts?state=raised', '/system'];
  for (const path of paths) {
    await page.visit(path);
    await page.getByRole('button', { name: 'Copy as CLI' }).first().waitFor();
    for (const how of both) assert.notEqual(await run(page, how), '', `${path} by ${how}`);
  }
  await close(page);
});
