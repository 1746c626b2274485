import { useEffect, useState } from 'preact/hooks';
import { get, id, Problem, query, send } from '../api/client';
import { me, whyNot } from '../api/me';
import { useApi } from '../api/poll';
import type { CreateJobRequest, CreatePlanRequest, FailureGroup, Job, Page, Plan, PlanItem } from '../api/types';
import { option, type Words } from '../copy';
import { number, plural, span, time, words } from '../format';
import { asked, change, go, to } from '../route';
import { ActionButton, ConfirmField, FieldRow, NameField, reasonField, requester, type Field, type Values } from '../ui/action';
import { Badge, CopyAs, Counts, Empty, Facts, Id, JobId, Loading, OrderId, PageFrame, Panel, ProblemNote, Tree, When, Who } from '../ui/basics';
import { Pager, Table } from '../ui/table';
import { announce } from '../ui/live';
import { operation, operations, reason } from '../words';
import { Reason } from './groups';

export function Plans() {
  const path = query('/api/plans', { pageSize: 50, pageToken: asked('page') });
  const { data, problem, isBusy, reload } = useApi<Page<Plan>>(path, asked('page') ? 0 : 5000);
  return (
    <PageFrame title="Plans" request={{ method: 'GET', path }} words={['plan', 'list']} actions={<a class="button is-main" href={to(['plans', 'new'])}>New plan…</a>}>
      {problem ? <ProblemNote problem={problem} retry={reload} /> : !data ? <Loading what="plans" />
        : data.items.length === 0 ? <Empty title="No plan yet.">A plan freezes what an operation would work on and shows it. It changes nothing before it is applied.</Empty>
        : (
          <>
            <Table
              caption="Plans, newest first" rows={data.items} rowKey={(plan) => plan.planId} href={(plan) => to(['plans', plan.planId])} isBusy={isBusy}
              columns={[
                { key: 'id', head: 'Plan', cell: (plan) => <Id of={plan.planId} parts={['plans', plan.planId]} /> },
                { key: 'op', head: 'Operation', cell: (plan) => operation(plan.operation) },
                { key: 'state', head: 'State', cell: (plan) => <>{<Badge state={plan.state} />} {plan.jobId && <JobId of={plan.jobId} />}</> },
                { key: 'count', head: 'Items', isNumber: true, cell: (plan) => number(plan.count) },
                { key: 'not', head: 'Left out', isNumber: true, cell: (plan) => number(plan.ineligibleCount) },
                { key: 'what', head: 'Selection', isWide: true, cell: (plan) => <code class="clip">{plan.selection}</code> },
                { key: 'by', head: 'By', cell: (plan) => <Who name={plan.requestedBy} /> },
                { key: 'at', head: 'Made', cell: (plan) => <When at={plan.createdAt} short /> },
              ]}
            />
            <Pager next={data.nextPageToken} shown={data.items.length} what="plans" />
          </>
        )}
    </PageFrame>
  );
}

const forced: Field = { name: 'force', label: 'Also what is likely to fail again', type: 'check', hint: 'Permanent failures, and entries that came back three times.' };

const retryFields: Field[] = [
  { name: 'maxRetries', label: 'Starts of an order', type: 'number', min: 1, max: 100, hint: 'In this job, the first among them; 3 unless said.' },
  { name: 'from', label: 'From', type: 'choice', choices: [['', 'as the app is set'], ['failed_stage', 'the failed stage'], ['beginning', 'the beginning']] },
  { name: 'timeoutPerItemSeconds', label: 'Wait for an outcome, seconds', type: 'number', min: 1, max: 86400, hint: '300 unless said.' },
  forced,
];

const optionFields: Record<string, Field[]> = {
  retry: retryFields,
  restart: retryFields,
  resolve: [
    { name: 'resolution', label: 'As', type: 'choice', value: 'escalated', choices: [['escalated', 'escalated: handed to people'], ['cancelled', 'cancelled: the orders are cancelled']] },
    { name: 'notes', label: 'Note on each', type: 'area' },
  ],
  purge: [{ name: 'force', label: 'Also entries that nobody has resolved', type: 'check' }],
  reset: [
    { name: 'type', label: 'Back to', type: 'choice', value: 'LastWorkflowTask', choices: [['LastWorkflowTask', 'the failed or last stage'], ['FirstWorkflowTask', 'the beginning'], ['LastContinuedAsNew', 'the last continuation']] },
    { name: 'reapply', label: 'Events given again', type: 'choice', choices: [['', 'none'], ['all', 'all'], ['exclude', 'all but those named below']] },
    { name: 'exclude', label: 'Names of events that are left out', hint: 'With commas between them.' },
    { name: 'includeCompleted', label: 'Completed workflows too', type: 'check' },
  ],
};

const amount = (text: string | undefined) => (text ? Number(text) : undefined);
const list = (text: string | undefined) => (text ?? '').split(/[\n,]/).map((one) => one.trim()).filter(Boolean);

function optionsOf(kind: string, values: Values): CreatePlanRequest['options'] {
  switch (kind) {
    case 'retry':
    case 'restart': {
      const said = { maxRetries: amount(values['maxRetries']), timeoutPerItemSeconds: amount(values['timeoutPerItemSeconds']), force: values['force'] === 'true' || undefined, modifications: values['from'] ? { from: values['from'] as 'beginning' } : undefined };
      return Object.values(said).some((value) => value !== undefined) ? said : undefined;
    }
    case 'resolve': return { resolution: values['resolution'] as 'cancelled', notes: values['notes'] || undefined };
    // The plan changes nothing; the number is typed where it is applied.
    case 'purge': return { confirm: 'purge', force: values['force'] === 'true' || undefined } as CreatePlanRequest['options'];
    case 'reset': return {
      type: values['type']!, includeCompleted: values['includeCompleted'] === 'true' || undefined,
      reapply: (values['reapply'] === 'exclude' ? { exclude: list(values['exclude']) } : values['reapply'] || undefined) as never,
    };
  }
  return undefined;
}

/** Ids of an address, which anybody may have written. */
function idsOf(text: string): string[] | undefined {
  try {
    const read: unknown = JSON.parse(text);
    return Array.isArray(read) ? read.filter((one) => typeof one === 'string') : undefined;
  } catch {
    return undefined;
  }
}

const kinds: [of: string, operations: string[]][] = [['Dead letters', ['retry', 'resolve', 'purge']], ['Failing orders', ['restart', 'dead_letter', 'cancel']], ['Workflows', ['reset']]];
const isOfFailing = (kind: string) => ['restart', 'dead_letter', 'cancel'].includes(kind);

export function NewPlan() {
  const kind = asked('operation') || 'retry';
  const ids = idsOf(asked('ids')) ?? (asked('id') ? [asked('id')] : []);
  const fromJob = asked('fromJob');
  const [selection, setSelection] = useState<Values>({ filter: asked('filter'), ids: ids.join('\n'), exclude: '' });
  const [by, setBy] = useState(fromJob ? 'job' : ids.length > 0 ? 'ids' : asked('all') ? 'all' : 'filter');
  const [options, setOptions] = useState<Values>({});
  const [problem, setProblem] = useState<Problem>();
  const [isSending, setSending] = useState(false);
  useEffect(() => setOptions(Object.fromEntries((optionFields[kind] ?? []).map((field) => [field.name, field.value ?? '']))), [kind]);

  const exclude = list(selection['exclude']);
  const body: CreatePlanRequest = {
    operation: kind as CreatePlanRequest['operation'],
    selection: {
      ...(by === 'filter' ? { filter: selection['filter'] } : by === 'ids' ? { ids: (selection['ids'] ?? '').split('\n').map((one) => one.trim()).filter(Boolean) } : by === 'job' ? { fromJob } : { all: true }),
      ...(exclude.length > 0 ? { exclude } : {}),
    },
    options: optionsOf(kind, options),
    requestedBy: requester(),
  };
  const request = { method: 'POST' as const, path: '/api/plans', body };
  const said: Words = [
    'plan', 'create', kind.replace('_', '-'), ...(body.selection.ids ?? []), ...option('--filter', body.selection.filter), ...(by === 'all' ? ['--all'] : []), ...option('--from-job', by === 'job' ? fromJob : undefined),
    ...exclude.flatMap((one) => ['--exclude', one]), ...option('--max-retries', options['maxRetries']), ...option('--timeout-per-item', options['timeoutPerItemSeconds']),
    ...option('--from', options['from']), ...(kind !== 'reset' && options['force'] === 'true' ? ['--force'] : []), ...option('--as', kind === 'resolve' ? options['resolution'] : ''), ...option('--notes', options['notes']),
    ...option('--type', options['type']), ...(options['reapply'] === 'all' ? ['--reapply', 'all'] : []), ...(options['reapply'] === 'exclude' ? list(options['exclude']).flatMap((one) => ['--exclude-event', one]) : []),
    ...(options['includeCompleted'] === 'true' ? ['--include-completed'] : []), ...option('--requested-by', requester()),
  ];

  const submit = async (event: Event) => {
    event.preventDefault();
    setSending(true);
    setProblem(undefined);
    try {
      const plan = await send<Plan>({ ...request, headers: { 'Idempotency-Key': crypto.randomUUID() } });
      announce(`The plan has ${plural(plan.count, 'item')}.`);
      go(to(['plans', plan.planId]), { replace: true });
    } catch (e) {
      setProblem(e as Problem);
      setSending(false);
    }
  };
  const fault = problem?.errors?.find((error) => error.column !== undefined);
  return (
    <PageFrame title="New plan" request={request} words={said}>
      <p class="lead">A plan freezes what would be done and shows it. Nothing is changed.</p>
      <form class="form" onSubmit={submit}>
        <fieldset>
          <legend>What</legend>
          <div class="tabs" role="group" aria-label="Operation">{kinds.map(([of, names]) => <span class="tab-set" key={of}><span class="tab-of">{of}</span>{names.map((name) => <button type="button" key={name} aria-pressed={kind === name} onClick={() => change({ operation: name }, { replace: true })}>{operation(name)}</button>)}</span>)}</div>
          <p class="hint">{operation(kind)} {operations[kind]?.does}.</p>
        </fieldset>
        <fieldset>
          <legend>Which</legend>
          <div class="tabs" role="group" aria-label="Selection">
            {[['filter', 'By filter'], ['ids', 'By ids'], ...(kind === 'reset' ? [] : [['all', isOfFailing(kind) ? 'Everything that fails' : 'Everything in the queue']]), ...(fromJob ? [['job', 'What a job has left']] : [])].map(([name, text]) => <button type="button" key={name} aria-pressed={by === name} onClick={() => setBy(name!)}>{text}</button>)}
          </div>
          {by === 'filter' && <FieldRow field={{ name: 'filter', label: kind === 'reset' ? 'Query of workflows' : 'Filter', isNeeded: true, hint: kind === 'reset' ? "As: WorkflowType = 'OrderFulfillment' AND ExecutionStatus = Failed" : isOfFailing(kind) ? 'Of failing orders, as: errorType = timeout AND retryCount >= 3' : 'As: errorType = timeout AND failureCount >= 3' }} value={selection['filter']!} onInput={(filter) => setSelection({ ...selection, filter })} />}
          {by === 'filter' && fault && <div class="filter-fault" role="alert"><pre aria-hidden="true">{selection['filter']}{'\n'}{' '.repeat(Math.max(0, (fault.column ?? 1) - 1))}^</pre><p>Column {fault.column}: {fault.detail}</p></div>}
          {by === 'ids' && <FieldRow field={{ name: 'ids', label: kind === 'reset' ? 'Ids of workflows' : 'Ids of orders', type: 'area', isNeeded: true, hint: 'One a line.' }} value={selection['ids']!} onInput={(text) => setSelection({ ...selection, ids: text })} />}
          {by === 'job' && <p>Items of <JobId of={fromJob} /> that are pending or failed.</p>}
          {by === 'all' && <p>{isOfFailing(kind) ? 'Every order that fails and is no dead letter yet.' : 'Every entry of the queue, whatever it failed by.'}</p>}
          <FieldRow field={{ name: 'exclude', label: 'But not', hint: 'Ids that are left out, with commas between them.' }} value={selection['exclude']!} onInput={(text) => setSelection({ ...selection, exclude: text })} />
        </fieldset>
        <fieldset>
          <legend>How</legend>
          {isOfFailing(kind) && kind !== 'restart' && <p class="hint">{operation(kind)} has no options.</p>}
          <div class="fields">{(optionFields[kind] ?? []).filter((field) => field.name !== 'exclude' || options['reapply'] === 'exclude').map((field) => <FieldRow key={field.name} field={field} value={options[field.name] ?? ''} onInput={(value) => setOptions({ ...options, [field.name]: value })} />)}</div>
          <NameField />
        </fieldset>
        {problem && !fault && <ProblemNote problem={problem} />}
        {whyNot() && <p class="note is-warn">{whyNot()}</p>}
        <div class="form-end"><button type="submit" class="is-main" disabled={isSending || !!whyNot()}>{isSending ? 'Planning …' : 'Preview'}</button></div>
      </form>
    </PageFrame>
  );
}

export function PlanPage({ planId }: { planId: string }) {
  const path = `/api/plans/${id(planId)}`;
  const { data: plan, problem, reload } = useApi<Plan>(path, 3000, (read) => ['applied', 'expired', 'failed'].includes(read.state));
  if (!plan) return <PageFrame kind="Plan" title={planId}>{problem ? <ProblemNote problem={problem} retry={reload} /> : <Loading what="the plan" />}</PageFrame>;
  const { estimate } = plan;
  return (
    <PageFrame kind={`Plan: ${operation(plan.operation).toLowerCase()}`} title={plan.planId} badge={<Badge state={plan.state} />} request={{ method: 'GET', path }} words={['plan', 'show', planId]} actions={plan.state === 'awaiting_approval' && <Approve plan={plan} onDone={reload} />}>
      {plan.jobId && <p class="note">It was applied: <JobId of={plan.jobId} /></p>}
      {plan.state === 'expired' && <p class="note is-warn">▲ It is older than its life. What it shows may no longer be so: <a href={to(['plans', 'new'], { operation: plan.operation, filter: /^(\d+ ids|all|from job )|, except \d+ ids$/.test(plan.selection) ? '' : plan.selection })}>make it again</a>.</p>}
      {plan.state === 'preparing' && <p class="note">◷ Its items are being selected: {number(plan.preparation?.selected ?? 0)} so far. It can be applied when that is done.</p>}
      {plan.state === 'failed' && <p class="note is-warn">✕ Its items could not be selected: {plan.preparation?.failure}</p>}
      {plan.state === 'awaiting_approval' && <p class="note is-warn">‖ It has so many items that somebody else has to approve it before it can be applied.</p>}
      {plan.approval && <p class="note">✓ Approved by <Who name={plan.approval.by} /> <When at={plan.approval.at} short />: <span class="quote">{plan.approval.reason}</span></p>}
      {plan.warnings?.map((warning) => <p class="note is-warn" key={warning}>▲ {warning}</p>)}
      <div class="stats">
        <div class="stat"><span class="stat-name">Would be done</span><span class="stat-value">{number(plan.count)}</span><span class="stat-note">{operations[plan.operation]?.does}</span></div>
        <div class="stat"><span class="stat-name">Left out</span><span class={`stat-value${plan.ineligibleCount ? ' is-warn' : ''}`}>{number(plan.ineligibleCount)}</span><span class="stat-note">matched, and cannot be worked on</span></div>
        <div class="stat"><span class="stat-name">Time</span><span class="stat-value">{span(estimate.leastSeconds)} to {span(estimate.mostSeconds)}</span><span class="stat-note">without a pace or a ramp</span></div>
        <div class="stat"><span class="stat-name">Actions of the engine</span><span class="stat-value">{number(estimate.leastBackendActions)} to {number(estimate.mostBackendActions)}</span><span class="stat-note">{plural(estimate.basis.attempts, 'attempt')} an order at most</span></div>
        <div class="stat"><span class="stat-name">{Date.parse(plan.expiresAt) > Date.now() ? 'Expires' : 'Expired'}</span><span class="stat-value">{time(plan.expiresAt, false)}</span><span class="stat-note"><When at={plan.expiresAt} short /></span></div>
      </div>
      <div class="columns">
        <div>
          <Panel title="By kind of failure"><ByGroup counts={plan.countByGroup} /></Panel>
          {plan.ineligibleCount > 0 && <Panel title="Left out, and why"><Counts of={plan.ineligibleByReason} label={reason} /></Panel>}
          <Panel title="Selection">
            <Facts of={[['Asked for', <code>{plan.selection}</code>], ['By', <Who name={plan.requestedBy} />], ['Made', <When at={plan.createdAt} />], ['Hash', <span class="id">{plan.hash}</span>]]} />
            {plan.options !== undefined && plan.options !== null && <Tree value={plan.options} />}
          </Panel>
        </div>
        <div>{plan.state === 'ready' && (plan.count > 0 ? <Apply key={plan.planId} plan={plan} /> : <Panel title="Apply"><Empty title="Nothing can be done.">No item is eligible; the reasons stand beside. Another selection, or “force”, makes another plan.</Empty></Panel>)}
          {plan.state === 'awaiting_approval' && <Panel title="Apply"><Empty title="Not before somebody else has approved it.">Whoever has the role approver, is signed in, and has not asked for it. Then it can be applied here, exactly as it is shown.</Empty></Panel>}
          {plan.state === 'preparing' && <Panel title="Apply"><Empty title="Not before its items are selected.">This page shows how far that is.</Empty></Panel>}
        </div>
      </div>
      <PlanItems plan={plan} />
    </PageFrame>
  );
}

/** Whoever has asked for it cannot approve it; the app says so to whom it cannot know before. */
const Approve = ({ plan, onDone }: { plan: Plan; onDone: () => void }) => (
  <ActionButton
    label="Approve…" title="Approve the plan" verb="Approve" isMain need="approver" hasName={false} done="The plan is approved." onDone={onDone} isDisabled={me.value?.verified && me.value.name === plan.requestedBy} why="You have asked for it: somebody else has to approve it."
    fields={[{ name: 'reason', label: 'Reason', type: 'area', isNeeded: true, hint: 'Kept on the plan and in the audit log.' }]}
    request={(values) => ({ method: 'POST', path: `/api/plans/${id(plan.planId)}/approve`, body: { reason: values['reason'] } })}
    words={(values) => ['plan', 'approve', plan.planId, ...option('--reason', values['reason'])]}
  ><p>{operation(plan.operation)} of {plural(plan.count, 'item')}, asked for by {plan.requestedBy}. Approved, it can be applied as it is.</p></ActionButton>
);

/** The groups in words, each read once. */
function ByGroup({ counts }: { counts: Record<string, number> }) {
  const names = Object.entries(counts).sort((a, b) => b[1] - a[1]);
  const [groups, setGroups] = useState<Record<string, FailureGroup>>({});
  const shown = names.slice(0, 12);
  useEffect(() => {
    for (const [fingerprint] of shown) {
      if (/^[0-9a-f]{16}$/.test(fingerprint)) get<FailureGroup>(`/api/failure-groups/${id(fingerprint)}`).then((group) => setGroups((known) => ({ ...known, [fingerprint]: group })), () => undefined);
    }
  }, [shown.map(([name]) => name).join()]);
  const most = Math.max(1, ...names.map(([, count]) => count));
  if (names.length === 0) return <p class="muted">These items belong to no kind of failure.</p>;
  return (
    <ul class="counts">
      {shown.map(([name, count]) => {
        const group = groups[name];
        return <li key={name}><span class="counts-row"><span class="counts-name">{group ? <a href={to(['groups', name])}><Reason text={group.sampleReason} /></a> : <span class="id">{name}</span>}</span><span class="counts-number">{number(count)}</span><span class="counts-bar" aria-hidden="true"><span style={{ width: `${(100 * count) / most}%` }} /></span></span></li>;
      })}
      {names.length > shown.length && <li class="muted">and {plural(names.length - shown.length, 'other kind')}</li>}
    </ul>
  );
}

const presets: [string, number[]][] = [['None', []], ['1, rest', [1]], ['1, 5, rest', [1, 5]], ['1, 5, 20, 100, rest', [1, 5, 20, 100]]];

function Apply({ plan }: { plan: Plan }) {
  const isRetry = plan.operation === 'retry' || plan.operation === 'restart';
  const [why, setWhy] = useState('');
  const [values, setValues] = useState<Values>({ parallelism: '', itemsPerSecond: '', failureThreshold: '', wait: isRetry ? 'true' : 'false' });
  const [ramp, setRamp] = useState<number[]>(isRetry && plan.count > 1 ? [1] : []);
  const [typed, setTyped] = useState('');
  const [problem, setProblem] = useState<Problem>();
  const [isSending, setSending] = useState(false);
  const set = (name: string) => (value: string) => setValues((before) => ({ ...before, [name]: value }));
  const options = plan.options as { resolution?: string } | undefined;
  const destroys = plan.operation === 'purge' || plan.operation === 'cancel' || (plan.operation === 'resolve' && options?.resolution === 'cancelled');
  const canRamp = isRetry || plan.operation === 'reset';
  const steps = ramp.filter((step) => step > 0);
  const forbidden = whyNot(plan.operation === 'purge' ? 'admin' : 'operator');

  const body: CreateJobRequest = {
    planId: plan.planId, reason: why.trim(), requestedBy: requester(),
    pace: values['parallelism'] || values['itemsPerSecond'] ? { parallelism: amount(values['parallelism']), itemsPerSecond: amount(values['itemsPerSecond']) } : undefined,
    ramp: steps.length > 0 ? steps : undefined,
    failureThreshold: values['failureThreshold'] ? Number(values['failureThreshold']) / 100 : undefined,
    waitForOutcome: isRetry && values['wait'] === 'false' ? false : undefined,
    confirm: (destroys ? plan.count : undefined) as never,
  };
  // The same plan is applied once, whoever presses twice.
  const request = { method: 'POST' as const, path: '/api/jobs', headers: { 'Idempotency-Key': `apply-${plan.planId}` }, body };
  const said: Words = [
    'apply', plan.planId, '--reason', body.reason, ...option('--parallel', values['parallelism']), ...option('--rate', values['itemsPerSecond']), ...option('--ramp', steps.join(',')),
    ...option('--failure-threshold', body.failureThreshold), ...(body.waitForOutcome === false ? ['--wait-for-outcome', 'false'] : []), ...option('--requested-by', requester()),
  ];
  const submit = async (event: Event) => {
    event.preventDefault();
    setSending(true);
    setProblem(undefined);
    try {
      // What was changed in the form is another request: its key says so.
      const job = await send<Job>({ ...request, headers: { 'Idempotency-Key': crypto.randomUUID() } });
      announce('The job is started.');
      go(to(['jobs', job.jobId]));
    } catch (e) {
      setProblem(e as Problem);
      setSending(false);
    }
  };
  return (
    <Panel title="Apply" class="apply">
      <form onSubmit={submit}>
        <FieldRow field={reasonField} value={why} onInput={setWhy} />
        <NameField />
        {canRamp && (
          <div class="field">
            <span class="label" id="ramp-label">Ramp</span>
            <div class="tabs" role="group" aria-labelledby="ramp-label">{presets.map(([name, values]) => <button type="button" key={name} aria-pressed={values.join() === steps.join()} onClick={() => setRamp(values)}>{name}</button>)}</div>
            <ol class="ramp" aria-label="Steps of the ramp">
              {ramp.map((step, index) => (
                <li key={index}>
                  <input type="number" min={1} max={100000} aria-label={`Step ${index + 1}`} value={step || ''} onInput={(e) => setRamp(ramp.map((one, at) => (at === index ? Number(e.currentTarget.value) : one)))} />
                  <button type="button" class="small" aria-label={`Remove step ${index + 1}`} onClick={() => setRamp(ramp.filter((_, at) => at !== index))}>×</button>
                </li>
              ))}
              <li><button type="button" class="small" disabled={ramp.length >= 20} onClick={() => setRamp([...ramp, (ramp.at(-1) ?? 0) * 5 || 1])}>Add a step</button></li>
              <li class="muted">{steps.length === 0 ? `all ${number(plan.count)} at once` : `then the rest: ${number(Math.max(0, plan.count - steps.reduce((sum, step) => sum + step, 0)))}`}</li>
            </ol>
            <p class="hint">Each step waits for what becomes of its orders, and the job pauses by itself when too many failed.</p>
          </div>
        )}
        <div class="fields">
          {canRamp && steps.length > 0 && <FieldRow field={{ name: 'failureThreshold', label: 'Pause above, % failed', type: 'number', min: 0, max: 100, hint: 'Of a step; 20 unless said.' }} value={values['failureThreshold']!} onInput={set('failureThreshold')} />}
          <FieldRow field={{ name: 'parallelism', label: 'At work at once', type: 'number', min: 1, max: 100, hint: `${plan.estimate.basis.parallelism} unless said.` }} value={values['parallelism']!} onInput={set('parallelism')} />
          <FieldRow field={{ name: 'itemsPerSecond', label: 'Items a second', type: 'number', min: 0, max: 10000, hint: 'As fast as it goes unless said.' }} value={values['itemsPerSecond']!} onInput={set('itemsPerSecond')} />
        </div>
        {isRetry && <FieldRow field={{ name: 'wait', label: 'Wait for what becomes of each order', type: 'check', hint: 'Without it an order that was started counts as started, and nobody looks whether it helped.' }} value={values['wait']!} onInput={set('wait')} />}
        {destroys && <ConfirmField count={plan.count} value={typed} onInput={setTyped} />}
        {problem && <ProblemNote problem={problem} />}
        {forbidden && <p class="note is-warn">{forbidden}</p>}
        <div class="form-end">
          <CopyAs request={request} words={said} />
          <span class="grow" />
          <button type="submit" class={destroys ? 'is-danger' : 'is-main'} disabled={isSending || !!forbidden || (destroys && typed.trim() !== String(plan.count))}>{operation(plan.operation)} {plural(plan.count, 'item')}</button>
        </div>
      </form>
    </Panel>
  );
}

function PlanItems({ plan }: { plan: Plan }) {
  const state = asked('state');
  const path = query(`/api/plans/${id(plan.planId)}/items`, { state, pageSize: 50, pageToken: asked('page') });
  const { data, problem, isBusy, reload } = useApi<Page<PlanItem>>(path);
  return (
    <Panel title="Items" aside={<CopyAs request={{ method: 'GET', path }} words={['plan', 'items', plan.planId, ...option('--state', state)]} />}>
      <div class="tabs" role="group" aria-label="State">{['', 'pending', 'skipped'].map((name) => <button type="button" key={name} aria-pressed={state === name} onClick={() => change({ state: name })}>{name === '' ? 'All' : name === 'pending' ? 'Would be done' : 'Left out'}</button>)}</div>
      {problem ? <ProblemNote problem={problem} retry={reload} /> : !data ? <Loading what="items" /> : data.items.length === 0 ? <Empty title="No item." /> : (
        <>
          <Table
            caption="Items of the plan" rows={data.items} rowKey={(item) => item.id} href={(item) => to([plan.operation === 'reset' ? 'workflows' : 'orders', item.id])} isBusy={isBusy}
            columns={[
              { key: 'id', head: plan.operation === 'reset' ? 'Workflow' : 'Order', cell: (item) => (plan.operation === 'reset' ? <Id of={item.id} parts={['workflows', item.id]} /> : <OrderId of={item.id} />) },
              { key: 'will', head: 'Would be', cell: (item) => (item.eligible ? words({ retry: 'retried', resolve: 'resolved', purge: 'purged', reset: 'reset', reprocess: 'processed', restart: 'restarted', dead_letter: 'moved to the queue', cancel: 'cancelled' }[plan.operation]) : <span class="tag is-warn">left out</span>) },
              { key: 'why', head: 'Why', isWide: true, cell: (item) => <>{reason(item.reason)}{item.message && <span class="muted"> {item.message}</span>}</> },
              { key: 'group', head: 'Group', cell: (item) => (item.group ? <Id of={item.group} parts={/^[0-9a-f]{16}$/.test(item.group) ? ['groups', item.group] : undefined} /> : '') },
              { key: 'state', head: 'State', cell: (item) => <Badge state={item.state} /> },
            ]}
          />
          <Pager next={data.nextPageToken} shown={data.items.length} what="items" />
        </>
      )}
    </Panel>
  );
}
