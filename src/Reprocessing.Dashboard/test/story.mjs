// What the stories share: a browser on a running app, the app's own answers, and the lines that the pages copy.
// The test that starts the app starts them; APP and WAREHOUSE are their addresses, REPROCESS_DLL is the command line.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before } from 'node:test';
import { promisify } from 'node:util';
import { launch, ready } from './browser.mjs';

export const { APP, WAREHOUSE } = process.env;
/** Of one wait, on a machine that is slow and has other work. */
export const limit = 180_000;
export const hostileReason = `It's mended; $(touch owned) "quoted" <b>bold</b>`;
let browser;

before(async () => {
  browser = await launch();
});
after(() => browser?.close());

/** A page that fails its test by whatever the console takes for an error: a breach of the policy and a refused request among them. */
export async function open(path, { width = 1280, app = APP } = {}) {
  const context = await browser.newContext({ viewport: { width, height: 800 }, reducedMotion: 'reduce' });
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: app });
  context.setDefaultTimeout(limit);
  const page = await context.newPage();
  page.faults = [];
  page.on('console', (message) => message.type() === 'error' && page.faults.push(message.text()));
  page.on('pageerror', (error) => page.faults.push(String(error)));
  page.visit = async (to) => {
    await page.goto(`${app}/dashboard${to}`);
    await ready(page);
  };
  await page.visit(path);
  return page;
}

export async function close(page) {
  assert.deepEqual(page.faults, []);
  assert.equal(await page.evaluate(() => globalThis.owned), undefined);
  await page.context().close();
}

export async function api(path) {
  const response = await fetch(`${APP}${path}`);
  assert.ok(response.ok, `${path}: ${response.status}`);
  return response.json();
}

export async function post(address) {
  const response = await fetch(address, { method: 'POST' });
  assert.ok(response.ok, `${address}: ${response.status}`);
}

/** From now on the warehouse takes orders of the kind. */
export const mend = (kind) => post(`${WAREHOUSE}/mend/${kind}`);

export async function until(read, holds, what) {
  const end = Date.now() + limit;
  for (;;) {
    const value = await read();
    if (holds(value)) return value;
    assert.ok(Date.now() < end, `${what}: ${JSON.stringify(value).slice(0, 2000)}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** The id at the end of the page's address. */
export const last = (page) => decodeURIComponent(new URL(page.url()).pathname.split('/').at(-1));

const shell = promisify(execFile);

/** What a button copies. */
export async function copied(page, how, within = page) {
  await page.evaluate(() => navigator.clipboard.writeText(''));
  await within.getByRole('button', { name: how === 'cli' ? 'Copy as CLI' : 'Copy as curl' }).first().click();
  return until(() => page.evaluate(() => navigator.clipboard.readText()), (text) => text !== '', 'the line is copied');
}

/** What was copied, run as whoever pastes it into a terminal does; where the command asks, the answer is yes. */
export async function run(page, how, within, { isAsked = false, folder, token = '' } = {}) {
  const line = await copied(page, how, within);
  const { stdout } = await shell('bash', ['-c', `set -e; reprocess() { dotnet "$REPROCESS_DLL" "$@"; }; ${line}${how === 'cli' && isAsked ? ' --yes' : ''}`], {
    timeout: limit, cwd: folder, env: { ...process.env, REPROCESS_TOKEN: token },
  });
  // Of curl, a refusal is an answer like any other.
  if (how === 'curl' && stdout.startsWith('{')) assert.equal(JSON.parse(stdout).code, undefined, `${line}: ${stdout}`);
  return stdout;
}

/** Opens the dialog of a button, fills it in, and runs what it copies in place of pressing its own button. */
export async function act(page, button, fields, how, options = {}) {
  await (options.within ?? page).getByRole('button', { name: button }).first().click();
  const dialog = page.getByRole('dialog');
  for (const [label, value] of Object.entries(fields)) {
    const field = dialog.getByLabel(label);
    if (value === true) await field.check();
    else if (await field.evaluate((element) => element.tagName === 'SELECT')) await field.selectOption(value);
    else await field.fill(value);
  }
  const said = await run(page, how, dialog, options);
  // What is done from elsewhere shows on the page behind the dialog; the dialog stays, with what was typed.
  await options.shows?.();
  for (const [label, value] of Object.entries(fields)) if (value !== true) assert.equal(await dialog.getByLabel(label).inputValue(), value);
  await dialog.getByRole('button', { name: 'Close' }).click();
  await dialog.waitFor({ state: 'detached' });
  return said;
}
