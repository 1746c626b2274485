// An incident under way: scanners time out, a carrier refuses, and somebody has sent texts that are no harm when they are shown as text.
export const hostile = [
  '<img src=x onerror="document.title=\'owned\'">',
  "'; DROP TABLE orders; -- <script>window.owned = 1</script>",
  '\u202Egnp.exe\u202C {{7*7}} ${7*7} <b>bold</b> &lt;i&gt;',
  `javascript:alert(1) "quoted" 'single' \\ ${'x'.repeat(160)}`,
];

/** What is told of is at times before now, or before the moment that MOMENT names. */
const now = () => (process.env.MOMENT ? Date.parse(process.env.MOMENT) : Date.now());
const minute = 60_000;
const at = (minutesAgo) => new Date(now() - minutesAgo * minute).toISOString();
const hex = (n) => (BigInt(n) * 0x9e3779b97f4a7c15n & 0xffffffffffffffffn).toString(16).padStart(16, '0');

const kinds = [
  { reason: "Scanner scan-017 at gate 4 did not answer within 30 s.", type: 'timeout', status: 'pick_timeout', stage: 'pick', state: 'new', open: 412, count: 431 },
  { reason: "Carrier refused the label for zip '98101': quota of 500 exceeded.", type: 'rate_limit', status: 'shipping_failed', stage: 'ship', state: 'regressed', open: 96, count: 240 },
  { reason: 'Shelf A-17 has 0 of SKU-4711.', type: 'command_failure', status: 'picking_failed', stage: 'pick', state: 'ongoing', open: 31, count: 55, note: 'Counted on Friday; the count is wrong.' },
  { reason: hostile[0], type: 'unknown', status: 'packing_failed', stage: 'pack', state: 'ongoing', open: 4, count: 4, note: hostile[1] },
  { reason: 'The address has no street.', type: 'validation', status: 'address_invalid', stage: 'validate', state: 'archived', open: 2, count: 19, note: 'Old form; gone in May.' },
  { reason: 'Connection to pack-03 was reset.', type: 'network', status: 'packing_failed', stage: 'pack', state: 'resolved', open: 0, count: 88 },
].map((kind, index) => ({ ...kind, fingerprint: hex(index + 3) }));

/** Failing and dead letters of a kind in each of the last 24 hours. */
const recent = (kind, index) => {
  const end = kind.open + [138, 41, 0, 3, 0, 0][index];
  const shapes = [(n) => (n < 20 ? 0 : 0.35 * (n - 20)), (n) => 0.4 + 0.5 * Math.sin(n / 3) ** 2, (n) => 1 + (23 - n) / 30, () => 1, () => 1];
  return Array.from({ length: 24 }, (_, n) => (n === 23 ? end : index === 5 ? (n < 15 ? 40 - n * 2 : 0) : Math.round(end * shapes[index](n))));
};

const group = (kind, index) => ({
  fingerprint: kind.fingerprint, state: kind.state, errorType: kind.type, failureStatus: kind.status, sampleReason: kind.reason, sampleOrderId: `order-${1000 + index}`,
  count: kind.count, openCount: kind.open, failingCount: [138, 41, 0, 3, 0, 0][index], resolvedCount: kind.count - kind.open, firstSeen: at(60 * 24 * (index + 1)), lastSeen: at(2 + index * 17), note: kind.note, recent: recent(kind, index),
  ...(kind.state === 'archived' ? { archivedBy: 'dana (claimed)', archivedAt: at(4000) } : {}),
});

const failure = (kind, minutesAgo, workflowId) => ({ status: kind.status, errorType: kind.type, reason: kind.reason, workflowId, failedAt: at(minutesAgo), fingerprint: kind.fingerprint, stage: kind.stage, exceptionType: 'Warehouse.ScannerTimeoutException', traceId: '4bf92f3577b34da6a3ce929d0e0e4736', isPermanent: kind.type === 'validation' });

const idOf = (n) => (n === 3 ? hostile[3].slice(0, 60).replaceAll(/[/\\#?]/g, '_') : `order-${1000 + n}`);

const attempts = (kind, orderId) => [0, 1, 2, 3].map((n) => {
  const workflowId = `order-fulfillment-${orderId}${n ? `-retry-${n}` : ''}`;
  return { number: n, generation: 0, workflowId, requestedAt: at(200 - n * 45), begunAt: at(199 - n * 45), endedAt: at(186 - n * 43), failure: failure(kind, 186 - n * 43, workflowId), ...(n ? { runId: 'run-20260301-120000-000' } : {}) };
});

const letter = (n) => {
  const kind = kinds[n % 4];
  const orderId = idOf(n);
  return {
    orderId, customerId: n === 5 ? hostile[2] : `customer-${n % 9}`, originalWorkflowId: `order-fulfillment-${orderId}`, finalFailureStatus: kind.status, finalFailureReason: kind.reason, errorType: kind.type,
    fingerprint: kind.fingerprint, exceptionType: 'Warehouse.ScannerTimeoutException', stage: kind.stage, failedAt: at(20 + n), totalRetryAttempts: 5, retryHistory: attempts(kind, orderId),
    orderSnapshot: { priority: ['same_day', 'next_day', 'standard'][n % 3], itemCount: 3, totalWeight: 4.5, shippingCity: n === 5 ? hostile[0] : 'Fort Worth', shippingState: 'TX' },
    movedToQueueAt: at(15 + n * 3), runId: 'run-20260301-120000-000', reopenCount: n % 3, notes: n === 0 ? [{ text: hostile[1], author: 'dana (claimed)', at: at(5) }] : [], links: {},
  };
};

const letters = Array.from({ length: 40 }, (_, n) => letter(n));

const order = (orderId) => {
  const n = Math.max(0, letters.findIndex((one) => one.orderId === orderId));
  const one = letter(n);
  return {
    orderId, customerId: one.customerId, status: 'dead_letter', retryCount: 5, maxRetries: 5, workflowId: one.retryHistory.at(-1).workflowId, checkpoint: 'plan', failure: failure(kinds[n % 4], 20, one.originalWorkflowId),
    snapshot: one.orderSnapshot, attempts: one.retryHistory, deadLetterCount: 1, version: 12, createdAt: at(240), updatedAt: at(15),
  };
};

const failing = Array.from({ length: 60 }, (_, n) => {
  const kind = kinds[[0, 0, 1, 0, 3][n % 5]];
  return {
    orderId: n === 4 ? hostile[3].slice(0, 60).replaceAll(/[/\\#?]/g, '_') : `order-${2000 + n}`, customerId: n === 5 ? hostile[2] : `customer-${n % 9}`, status: kind.status, priority: ['same_day', 'next_day', 'standard'][n % 3], retryCount: n % 5, maxRetries: 5,
    workflowId: `order-fulfillment-order-${2000 + n}${n % 5 ? `-retry-${n % 5}` : ''}`, errorType: kind.type, reason: kind.reason, fingerprint: kind.fingerprint, failedAt: at(3 + n * 2), nextRetryAt: at(12 - n * 3), createdAt: at(300 + n), updatedAt: at(3 + n * 2),
  };
});
const failingStatistics = { failingCount: 182, dueCount: 23, waitingCount: 157, permanentCount: 2, byFailureStatus: { pick_timeout: 138, shipping_failed: 41, packing_failed: 3 }, byErrorType: { timeout: 138, rate_limit: 41, unknown: 3 }, oldestFailedAt: at(126), nextDueAt: at(-2), asOf: at(0.05) };

const alerts = [
  { id: 'dead_letter_depth', kind: 'dead_letter_depth', state: 'raised', since: at(190), value: 545, threshold: 500, message: '545 dead letters are unresolved, more than 500.', evaluatedAt: at(1), acknowledgement: { version: 1, by: 'dana (claimed)', at: at(180), reason: hostile[1] } },
  { id: `failure_group-${kinds[0].fingerprint}`, kind: 'failure_group', subject: kinds[0].fingerprint, state: 'raised', since: at(95), value: 412, threshold: 0, message: `A new kind of failure has 412 dead letters: ${kinds[0].reason}`, evaluatedAt: at(1) },
  { id: 'job_paused-job-paused', kind: 'job_paused', subject: 'job-paused', state: 'raised', since: at(12), value: 1, threshold: 0, message: hostile[0], evaluatedAt: at(1) },
  { id: 'backlog', kind: 'backlog', state: 'cleared', since: at(30), value: 23, threshold: 100, message: '23 orders were still due after the last run.', evaluatedAt: at(1) },
];
const schedule = { expression: '0 */15 * * * *', enabled: true, paused: false, since: at(60 * 30), nextTicks: [-11, -26, -41, -56, -71].map(at), lastSkippedTick: { at: at(4), reason: 'already_running' } };
export const people = {
  key: { verified: false, roles: [], readOnly: false }, viewer: { name: 'vera@example.com', verified: true, roles: ['viewer'], readOnly: false },
  approver: { name: 'ada@example.com', verified: true, roles: ['viewer', 'approver'], readOnly: false }, operator: { name: 'maria@example.com', verified: true, roles: ['operator'], readOnly: false },
};

const counts = (found, succeeded, failed, skipped, total) => ({ found, started: 0, succeeded, deadLettered: 0, failed, skipped, pending: total - found });

const job = (jobId, state, more = {}) => ({
  jobId, planId: 'plan-7f31', operation: 'retry', state, demand: state === 'paused' ? 'pause' : 'run', reason: 'The scanners at gate 4 are back.', requestedBy: 'dana (claimed)', createdAt: at(9), startedAt: at(9),
  selection: `fingerprint = ${kinds[0].fingerprint}`, options: { maxRetries: 3 }, pace: { parallelism: 5, itemsPerSecond: 10 }, ramp: [1, 5, 20, 100], failureThreshold: 0.2, waitForOutcome: true, totalItems: 412,
  counts: counts(187, 160, 12, 15, 412), outcomes: { running: 5, succeeded: 160, failedSame: 9, failedNew: 2, deadLetteredAgain: 1, cancelled: 0 }, instanceId: jobId, ...more,
});

const progress = { processed: 187, total: 412, percent: 45.4, ratePerSecond: 3.2, etaSeconds: 71, underWay: 5, rampStep: 4, circuit: 'closed', waitsFor: { for: 'outcome', item: 'order-1188', others: 4, attempt: 1, maxAttempts: 3, until: at(-4) } };

const jobs = [
  job('job-running', 'running', { progress }),
  job('job-paused', 'paused', { stateReason: 'ramp_threshold', reason: hostile[1], requestedBy: hostile[0], totalItems: 96, counts: counts(6, 1, 5, 0, 96), progress: { ...progress, processed: 6, total: 96, percent: 6.3, rampStep: 2, circuit: 'half_open' } }),
  job('job-done', 'completed_with_failures', { endedAt: at(60), counts: counts(88, 71, 9, 8, 88), totalItems: 88, result: { totalItems: 88, successful: 71, started: 0, failed: 9, skipped: 8, durationSeconds: 312, errorPatterns: { [hostile[0]]: 2, 'Scanner did not answer': 7 }, leftovers: { pending: 0, failed: 9, command: 'reprocess dlq retry --from-job job-done' } } }),
  job('run-20260301-120000-000', 'succeeded', { operation: 'reprocess', reason: 'The schedule', ramp: undefined, requestedBy: 'timer', endedAt: at(40), totalItems: undefined, counts: { found: 200, started: 150, succeeded: 0, deadLettered: 48, failed: 0, skipped: 2 }, selection: 'due orders', planId: undefined }),
];

const items = ['failed', 'succeeded', 'skipped', 'running', 'pending'].flatMap((state, s) => Array.from({ length: 5 }, (_, n) => ({
  id: n === 2 ? hostile[1].replaceAll('/', '_') : `order-${1100 + s * 10 + n}`, state, attempts: state === 'pending' ? 0 : 2, group: kinds[s % 4].fingerprint, updatedAt: at(s + n),
  ...(state === 'failed' ? { reason: 'retries_exhausted', message: hostile[0], outcome: 'failed_same' } : state === 'skipped' ? { reason: 'changed_since_plan' } : state === 'succeeded' ? { outcome: 'succeeded' } : {}),
})));

const plan = {
  planId: 'plan-7f31', operation: 'retry', state: 'ready', selection: `filter: fingerprint = ${kinds[0].fingerprint}`, options: { maxRetries: 3 }, requestedBy: 'dana (claimed)', createdAt: at(1), expiresAt: at(-29), count: 412,
  hash: '9f2c4e', countByGroup: { [kinds[0].fingerprint]: 380, [kinds[1].fingerprint]: 28, [kinds[3].fingerprint]: 4 }, ineligibleCount: 19, ineligibleByReason: { permanent_failure: 12, leased: 5, reopened_too_often: 2 },
  sample: [], estimate: { leastSeconds: 41, mostSeconds: 2900, leastBackendActions: 6180, mostBackendActions: 18540, basis: { parallelism: 5, hasOutcome: true, attempts: 3, timeoutSeconds: 300, pauseSeconds: 180, actionsPerAttempt: 15 } },
};
const waiting = { ...plan, planId: 'plan-waiting', state: 'awaiting_approval', requestedBy: 'maria@example.com' };
const failed = { ...plan, planId: 'plan-failed', state: 'failed', count: 0, preparation: { selected: 100_000, failure: 'More items match than JobMaxItems.' } };
const cancel = { ...plan, planId: 'plan-cancel', operation: 'cancel', count: 7, ineligibleCount: 0, ineligibleByReason: {}, options: {} };
const purge = { ...plan, planId: 'plan-purge', operation: 'purge', count: 3, countByGroup: {}, ineligibleCount: 0, ineligibleByReason: {}, options: { confirm: 'purge' } };

const run = (n) => ({
  runId: n === 0 ? 'run-20260301-120000-000' : `run-2026022${8 - n}-120000-000`, state: n === 2 ? 'failed' : 'completed', trigger: n === 1 ? 'http' : 'timer', maxOrders: 200, processedAt: at(40 + n * 15), completedAt: at(39 + n * 15), foundCount: 200, restartedCount: 150 - n, dlqCount: 48,
  errorCount: n === 2 ? 12 : 0, skippedCount: 2, continuationCount: 0, timedOut: false, stopReason: 'cap_reached', ...(n === 2 ? { error: hostile[1] } : {}),
  alerts: n === 0 ? [{ kind: 'dead_letters', value: 48, threshold: 10, message: '48 orders were dead-lettered by one run, more than 10.' }, { kind: 'full_runs', value: 4, threshold: 3, message: 'The last 4 runs reached their cap: the backlog grows.' }] : [],
});

const days = Array.from({ length: 30 }, (_, n) => ({ day: new Date(now() - n * 86_400_000).toISOString().slice(0, 10), runs: 96, foundCount: 500, restartedCount: Math.round(240 + 180 * Math.sin(n / 2.1)), dlqCount: n < 2 ? 180 - n * 60 : (n * 7) % 23, errorCount: 0, skippedCount: 4, skippedTicks: n === 1 ? { run_active: 3 } : {} }));

const hour = 60 * minute;
/** Without three hours in which the app did not run. */
const history = (hours) => Array.from({ length: hours }, (_, n) => hours - 1 - n).filter((n) => n < 7 || n > 9).map((n) => ({
  hour: new Date(Math.floor(now() / hour) * hour - n * hour).toISOString(), failingCount: n === 0 ? 182 : Math.round(n < 4 ? 180 - n * 45 : 30 + 22 * Math.sin(n / 5)), dueCount: 23, unresolvedCount: n === 0 ? 545 : n > 300 ? 0 : Math.round(n < 4 ? 520 - n * 110 : 130 + 60 * Math.cos(n / 40)),
  ...(n > 300 ? {} : { oldestUnresolved: new Date(Math.floor(now() / hour) * hour - (52 + 40 * Math.max(0, Math.ceil((n - 45) / 40))) * hour).toISOString() }),
}));

const events = ['created', 'started', 'stage_completed', 'failed', 'restarted', 'failed', 'dead_lettered', 'note'].map((kind, n) => ({
  sequence: n, at: at(240 - n * 20), kind, ...(kind === 'note' ? { detail: hostile[1], actor: 'dana (claimed)' } : {}), ...(kind === 'failed' ? { status: 'pick_timeout', detail: kinds[0].reason, stage: 'pick', workflowId: 'order-fulfillment-order-1000' } : {}), ...(kind === 'restarted' ? { runId: 'run-20260301-120000-000' } : {}),
}));

const audit = [
  { eventId: 'e1', at: at(2), actor: 'dana (claimed)', action: 'job.paced', target: 'job-running', reason: 'Slowly, the carrier is watched.', detail: 'itemsPerSecond 20 -> 10' },
  { eventId: 'e2', at: at(9), actor: 'maria@example.com', action: 'job.created', target: 'job-running', reason: 'The scanners at gate 4 are back.' },
  { eventId: 'e3', at: at(70), actor: hostile[0], action: 'failure_group.archived', target: kinds[4].fingerprint, reason: hostile[1], detail: hostile[2] },
];

const workflow = (n) => ({
  instanceId: n === 2 ? hostile[1].replaceAll('/', '_') : `order-fulfillment-order-${1000 + n}-retry-3`, type: 'OrderFulfillment', status: ['Failed', 'Running', 'Completed', 'Terminated'][n % 4], startTime: at(60 + n), ...(n % 4 === 1 ? {} : { closeTime: at(50 + n) }), orderId: `order-${1000 + n}`, orderStatus: 'dead_letter', customerId: 'customer-1', retryCount: 3, generation: 0, continuations: 0,
  previousInstance: `order-fulfillment-order-${1000 + n}-retry-2`, ...(n === 0 ? { resetReason: hostile[0], resetJobId: 'job-done' } : {}), links: {},
});

const imported = { importId: 'import-1', state: 'completed_with_rejects', format: 'csv', mode: 'start', requestedBy: 'dana (claimed)', lengthBytes: 481_000, counts: { read: 5000, stored: 4988, alreadyThere: 9, rejected: 3, enriched: 0, notEnriched: 0 }, percent: 100, recordsPerSecond: 820, createdAt: at(300), startedAt: at(300), endedAt: at(299) };
const exported = { exportId: 'export-1', state: 'completed', what: 'orders', format: 'csv', status: 'completed', counts: { records: 12_345, skipped: 1 }, pages: 25, lengthBytes: 3_400_000, recordsPerSecond: 900, requestedBy: 'dana (claimed)', createdAt: at(300), startedAt: at(300), endedAt: at(299), contentUntil: at(-9000), contentPath: '/api/exports/export-1/content' };

const page = (all, url) => {
  const size = Number(url.searchParams.get('pageSize') ?? 50);
  const from = Number(url.searchParams.get('pageToken') ?? 0);
  return { items: all.slice(from, from + size), ...(from + size < all.length ? { nextPageToken: String(from + size) } : {}) };
};
const problem = (status, code, title, detail, errors) => ({ status, json: { type: `/api/problems/${code}`, title, status, detail, instance: '/', code, errors } });

const lists = {
  '/api/failure-groups': (url) => kinds.map(group).filter((one) => !url.searchParams.get('state') || one.state === url.searchParams.get('state')),
  '/api/orders': (url) => (url.searchParams.get('filter')?.includes('nobody') ? [] : failing), '/api/alerts': (url) => alerts.filter((one) => !url.searchParams.get('state') || one.state === url.searchParams.get('state')),
  '/api/dead-letters': () => letters, '/api/plans': () => [plan, waiting, cancel, purge, failed, { ...plan, planId: 'plan-old', state: 'expired' }],
  '/api/jobs': (url) => jobs.filter((one) => (!url.searchParams.get('state') || one.state === url.searchParams.get('state')) && (!url.searchParams.get('operation') || one.operation === url.searchParams.get('operation'))),
  '/api/reprocessing/runs': () => Array.from({ length: 6 }, (_, n) => run(n)), '/api/audit-events': () => audit, '/api/workflows': () => Array.from({ length: 12 }, (_, n) => workflow(n)), '/api/imports': () => [imported], '/api/exports': () => [exported],
};

export function answer(method, url, body, state) {
  const path = url.pathname;
  const parts = path.split('/').slice(2).map(decodeURIComponent);
  if (state.problem && path.startsWith(state.problem.path)) return problem(...state.problem.say);
  if (method === 'POST' && path === '/api/plans') {
    const asked = JSON.parse(body);
    return asked.selection.filter === 'errorType = timout' ? bad(13) : { status: 201, json: { purge, cancel }[asked.operation] ?? plan };
  }
  if (method === 'POST' && path.endsWith('/query')) return { json: page(lists[path.slice(0, -'/query'.length)](url), url) };
  if (method === 'POST' && path.startsWith('/api/schedule/')) return { json: { ...schedule, paused: path.endsWith('pause'), since: at(0), by: 'dana (claimed)', reason: JSON.parse(body).reason } };
  if (method === 'POST' && path.startsWith('/api/alerts/')) return { json: alerts[1] };
  if (method === 'POST' && path.endsWith('/approve')) return { json: { ...waiting, state: 'ready' } };
  if (method === 'POST' && path === '/api/jobs') return { status: 202, json: jobs[0] };
  if (method === 'POST' && path === '/api/reprocessing/runs') return problem(409, 'run_active', 'A run is active.', 'There is one run at a time.');
  if (method === 'POST' || method === 'PATCH' || method === 'DELETE') return { status: 202, json: parts[0] === 'jobs' ? jobs[0] : parts[0] === 'failure-groups' ? group(kinds[0], 0) : letter(0) };
  if (['/api/dead-letters', '/api/orders'].includes(path) && url.searchParams.get('filter') === 'errorType = timout') return bad(13);
  if (path === '/api/dead-letters' && url.searchParams.get('filter') === 'orderId = nobody') return { json: { items: [] } };
  if (lists[path]) return { json: page(lists[path](url), url) };
  switch (parts[0]) {
    case 'health': return state.isUnhealthy ? { status: 503, json: { status: 'unhealthy', storage: 'unreachable' } } : { json: { status: 'healthy', storage: 'reachable', lastRun: { runId: 'run-20260301-120000-000', state: 'completed', startedAt: at(40), completedAt: at(39) }, webhooks: { notifications: 'open', 'order-service': 'closed' } } };
    case 'me': return { json: { ...people[state.me ?? 'key'], ...(state.readOnly ? { readOnly: true } : {}) } };
    case 'schedule': return { json: state.paused ? { ...schedule, paused: true, by: hostile[0], reason: hostile[1], nextTicks: [] } : schedule };
    case 'statistics': return parts[1] === 'history' ? { json: { points: state.isUncounted ? [] : history(Number(url.searchParams.get('hours') ?? 24)) } } : parts[1] === 'orders' ? { json: failingStatistics } : { json: { totalEntries: 837, unresolvedCount: 545, resolvedCount: 292, byFailureStatus: { pick_timeout: 412, shipping_failed: 96, picking_failed: 31, packing_failed: 4, address_invalid: 2 }, byErrorType: { timeout: 412, rate_limit: 96, command_failure: 31, unknown: 4, validation: 2 }, byResolution: { manual_retry: 280, cancelled: 12 }, averageRetries: 4.7, oldestUnresolved: at(60 * 52), asOf: at(0.2) } };
    case 'problems': return { json: { code: parts[1], status: 409, meaning: 'What it means.', remedy: 'Wait until it has ended, or look at it.' } };
    case 'failure-groups': { const kind = kinds.findIndex((one) => one.fingerprint === parts[1]); return kind < 0 ? problem(404, 'not_found', 'There is no such failure group.') : { json: { ...group(kinds[kind], kind), verdict: 'still_failing', retries: [{ jobId: 'job-running', requestedAt: at(9), outcomes: jobs[0].outcomes }, { jobId: 'job-done', requestedAt: at(70), outcomes: { running: 0, succeeded: 71, failedSame: 0, failedNew: 0, deadLetteredAgain: 0, cancelled: 0 } }] } }; }
    case 'orders': return parts[2] === 'timeline' ? { json: page(events, url) } : parts[1] === 'nobody' ? problem(404, 'not_found', 'Not found.', "There is no order 'nobody'.") : { json: order(parts[1]) };
    case 'dead-letters': return { json: letters.find((one) => one.orderId === parts[1]) ?? letter(0) };
    case 'plans': { const one = [plan, waiting, cancel, purge, failed].find((known) => known.planId === parts[1]); return !one ? problem(404, 'not_found', 'Not found.') : parts[2] === 'items' ? { json: page(letters.map((known, n) => ({ id: known.orderId, eligible: n % 9 !== 8, state: n % 9 === 8 ? 'skipped' : 'pending', group: known.fingerprint, seen: '3', ...(n % 9 === 8 ? { reason: 'leased', message: hostile[2] } : {}) })), url) } : { json: one }; }
    case 'jobs': { const one = jobs.find((known) => known.jobId === parts[1]); return !one ? problem(404, 'not_found', 'Not found.') : parts[2] === 'items' ? { json: page(items.filter((item) => !url.searchParams.get('state') || item.state === url.searchParams.get('state')), url) } : { json: one }; }
    case 'reprocessing': return parts[1] === 'summary' ? { json: { days: days.slice(0, Number(url.searchParams.get('days') ?? 7)) } } : { json: { ...run(0), runId: parts[2] } };
    case 'workflows': return { json: { ...workflow(0), instanceId: parts[1] } };
    case 'imports': return parts[2] === 'rejected' ? { json: page([{ line: 17, reason: 'invalid_order', message: "'items' is empty.", raw: hostile[1], orderId: 'order-9' }, { line: 44, reason: 'unterminated_quote', message: 'A quote is never closed.', raw: hostile[3] }], url) } : { json: imported };
    case 'exports': return parts[2] === 'skipped' ? { json: { items: [{ key: 'o|A', message: hostile[0] }] } } : parts[1] === 'dead-letters' || parts[2] === 'content' ? { text: 'orderId\norder-1\n' } : { json: exported };
  }
  return problem(404, 'not_found', 'Not found.');
}

const bad = (column) => problem(400, 'invalid_filter', 'The filter cannot be read.', undefined, [{ detail: "Found 'timout'; 'errorType' is one of unknown, timeout, validation. Did you mean timeout?", pointer: '#/filter', column }]);
