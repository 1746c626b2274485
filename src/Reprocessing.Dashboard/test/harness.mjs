// A browser and the mock server for a file of tests: each test gets a clean state of the server, and pages that fail it by any error in the console.
import assert from 'node:assert/strict';
import { after, before, beforeEach } from 'node:test';
import { launch, ready } from './browser.mjs';
import { serve } from './mock-server.mjs';

export const state = { requests: [] };
let browser;
let mock;

before(async () => {
  browser = await launch();
  mock = await serve(state);
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

export const address = () => mock.address;

/** A page that fails its test by any error in the console, which a breach of the policy is as well. */
export async function open(path, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce', ...options });
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const page = await context.newPage();
  page.faults = [];
  page.on('console', (message) => message.type() === 'error' && !/status of (401|4\d\d|5\d\d)|ERR_EMPTY_RESPONSE|Failed to load resource/.test(message.text()) && page.faults.push(message.text()));
  page.on('pageerror', (error) => page.faults.push(String(error)));
  // Of one wait, on a machine that has other work.
  context.setDefaultTimeout(90_000);
  await page.goto(`${address()}/dashboard${path}`);
  await ready(page);
  return page;
}

export async function close(page) {
  assert.deepEqual(page.faults, []);
  await page.context().close();
}
