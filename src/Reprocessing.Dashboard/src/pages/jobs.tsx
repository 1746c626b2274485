import { useEffect, useRef, useState } from 'preact/hooks';
import { id, query } from '../api/client';
import { whyNot } from '../api/me';
import { useApi } from '../api/poll';
import type { AuditEvent, ItemState, Job, JobItem, Page } from '../api/types';
import { option } from '../copy';
import { number, percent, plural, span, words } from '../format';
import { asked, change, go, to } from '../route';
import { ActionButton, Guarded, requester, type Field } from '../ui/action';
import { Badge, CopyAs, Counts, Empty, Facts, Id, JobId, Loading, OrderId, PageFrame, Panel, ProblemNote, Tree, When, Who } from '../ui/basics';
import { JobBar, Line, Outcomes } from '../ui/charts';
import { Pager, Table } from '../ui/table';
import { operation, operations, reason, waiting } from '../words';
import { AuditTable } from './audit';

const states = ['running', 'paused', 'pending', 'cancelling', 'succeeded', 'completed_with_skips', 'completed_with_failures', 'failed', 'canceled'];

export const hasEnded = (job: Job) => !['pending', 'running', 'paused', 'cancelling'].includes(job.state);

export function Jobs() {
  const state = asked('state');
  const kind = asked('operation');
  const path = query('/api/jobs', { state, operation: kind, pageSize: 50, pageToken: asked('page') });
  const { data, problem, isBusy, reload } = useApi<Page<Job>>(path, asked('page') ? 0 : 2000);
  return (
    <PageFrame title="Jobs" request={{ method: 'GET', path }} words={['jobs', 'list', ...option('--state', state), ...option('--operation', kind)]}>
      <div class="bar">
        <label class="inline">State <select value={state} onChange={(e) => change({ state: e.currentTarget.value })}><option value="">any</option>{states.map((name) => <option key={name} value={name}>{words(name)}</option>)}</select></label>
        <label class="inline">Operation <select value={kind} onChange={(e) => change({ operation: e.currentTarget.value })}><option value="">any</option>{Object.keys(operations).map((name) => <option key={name} value={name}>{operation(name)}</option>)}</select></label>
      </div>
      {problem ? <ProblemNote problem={problem} retry={reload} /> : !data ? <Loading what="jobs" />
        : data.items.length === 0 && !data.nextPageToken ? <Empty title="No such job.">Everything that is done to many orders at once is a job: it is planned, applied, paced and stopped here. Begin with a failure group, or with a filter of dead letters.</Empty>
        : (
          <>
            <Table
              caption="Jobs and runs, newest first" rows={data.items} rowKey={(job) => job.jobId} href={(job) => to([job.operation === 'reprocess' ? 'runs' : 'jobs', job.jobId])} isBusy={isBusy}
              columns={[
                { key: 'id', head: 'Job', cell: (job) => <JobId of={job.jobId} /> },
                { key: 'op', head: 'Operation', cell: (job) => operation(job.operation) },
                { key: 'state', head: 'State', cell: (job) => <><Badge state={job.state} />{job.stateReason && <span class="muted"> {reason(job.stateReason)}</span>}</> },
                { key: 'how', head: 'Progress', isWide: true, cell: (job) => <JobBar counts={job.counts} total={job.totalItems} isSmall /> },
                { key: 'why', head: 'Reason', cell: (job) => <span class="clip">{job.reason}</span> },
                { key: 'by', head: 'By', cell: (job) => <Who name={job.requestedBy} /> },
                { key: 'at', head: 'Asked for', cell: (job) => <When at={job.createdAt} short /> },
              ]}
            />
            <Pager next={data.nextPageToken} shown={data.items.length} what="jobs" />
          </>
        )}
    </PageFrame>
  );
}

export function JobPage({ jobId }: { jobId: string }) {
  const path = `/api/jobs/${id(jobId)}`;
  const { data: job, problem, reload } = useApi<Job>(path, 2000, (read) => hasEnded(read) && (read.outcomes?.running ?? 0) === 0);
  if (!job) return <PageFrame kind="Job" title={jobId}>{problem ? <ProblemNote problem={problem} retry={reload} /> : <Loading what="the job" />}</PageFrame>;
  return (
    <PageFrame kind={operation(job.operation)} title={job.jobId} badge={<Badge state={job.state} />} request={{ method: 'GET', path }} words={['jobs', hasEnded(job) ? 'show' : 'watch', jobId]} actions={<JobActions job={job} onDone={reload} />}>
      {problem && <ProblemNote problem={problem} />}
      <p class="lead quote">{job.reason}</p>
      {job.stateReason && <p class={`note${job.state === 'paused' || job.state === 'failed' ? ' is-warn' : ''}`}>{job.state === 'paused' ? '‖ ' : ''}{words(reason(job.stateReason))}{job.stateReason === 'ramp_threshold' && '. Look at what failed, then resume or cancel.'}</p>}
      <JobBody job={job} />
    </PageFrame>
  );
}

/** What a job and a run have in common: progress, outcomes, pace, items, who did what. */
export function JobBody({ job }: { job: Job }) {
  const rates = useRates(job);
  const { progress, result } = job;
  return (
    <>
      <Panel>
        <JobBar counts={job.counts} total={job.totalItems ?? progress?.total} />
        <div class="stats is-flat">
          {progress && (
            <>
              <div class="stat"><span class="stat-name">Done</span><span class="stat-value">{progress.percent !== undefined ? percent(progress.percent) : number(progress.processed)}</span><span class="stat-note">{number(progress.processed)}{progress.total !== undefined ? ` of ${number(progress.total)}` : ''}</span></div>
              <div class="stat"><span class="stat-name">Under way</span><span class="stat-value">{progress.underWay ?? '–'}</span><span class="stat-note">begun, without an end</span></div>
              <div class="stat"><span class="stat-name">Rate</span><span class="stat-value">{progress.ratePerSecond !== undefined ? <>{number(progress.ratePerSecond)}<small>/s</small></> : '–'}</span><span class="stat-note">since it began</span></div>
              <div class="stat"><span class="stat-name">Left</span><span class="stat-value">{progress.etaSeconds !== undefined ? span(progress.etaSeconds) : '–'}</span><span class="stat-note">at this rate</span></div>
              {progress.circuit && <div class="stat"><span class="stat-name">Circuit</span><span class="stat-value"><Badge state={progress.circuit === 'open' ? 'half_open' : progress.circuit === 'closed' ? 'healthy' : progress.circuit} text={words(progress.circuit)} /></span><span class="stat-note">{progress.circuit === 'closed' ? 'nothing in a row failed' : 'five in a row failed'}</span></div>}
            </>
          )}
          {result && (
            <>
              <div class="stat"><span class="stat-name">Took</span><span class="stat-value">{span(result.durationSeconds)}</span></div>
              <div class="stat"><span class="stat-name">Successful</span><span class="stat-value">{number(result.successful)}</span><span class="stat-note">of {number(result.totalItems)}</span></div>
              <div class="stat"><span class="stat-name">Failed</span><span class={`stat-value${result.failed ? ' is-bad' : ''}`}>{number(result.failed)}</span></div>
              <div class="stat"><span class="stat-name">Skipped</span><span class="stat-value">{number(result.skipped)}</span></div>
            </>
          )}
        </div>
        {progress?.waitsFor && <p class="waits"><span aria-hidden="true">◷</span> {waiting(progress.waitsFor)}</p>}
        {!hasEnded(job) && rates.length > 2 && <figure class="rate"><Line values={rates} label={`Items a second while this page was open; now ${number(rates.at(-1))}`} /><figcaption class="muted">items a second since this page was opened; most {number(Math.max(...rates))}</figcaption></figure>}
      </Panel>
      <div class="columns">
        <div>
          {job.outcomes && !['purge', 'resolve', 'dead_letter', 'cancel'].includes(job.operation) && <Panel title="Did it help?" aside={<span class="muted">what became of its orders</span>}><Outcomes counts={job.outcomes} /></Panel>}
          {result && Object.keys(result.errorPatterns).length > 0 && <Panel title="What failed, in words"><Counts of={result.errorPatterns} label={(name) => name} /></Panel>}
          {result?.leftovers && result.leftovers.pending + result.leftovers.failed > 0 && (
            <Panel title="What is left">
              <p>{plural(result.leftovers.pending, 'item')} not reached, {number(result.leftovers.failed)} failed.</p>
              <p><code class="clip">{result.leftovers.command}</code></p>
              {job.operation !== 'reprocess' && <Guarded class="is-main" why={whyNot()} onClick={() => go(to(['plans', 'new'], { operation: job.operation, fromJob: job.jobId }))}>Plan what is left…</Guarded>}
            </Panel>
          )}
        </div>
        <div>
          {job.ramp && job.ramp.length > 0 && <Panel title="Ramp" aside={<span class="muted">pauses above {percent(job.failureThreshold * 100)} failed of a step</span>}><Ramp job={job} /></Panel>}
          <Panel title="Job">
            <Facts of={[
              ['Operation', `${operation(job.operation)}: ${operations[job.operation]?.does ?? ''}`],
              job.demand !== 'run' && !hasEnded(job) && ['Wanted', words(job.demand)],
              ['Pace', `${job.pace.parallelism} at once, ${job.pace.itemsPerSecond > 0 ? `${number(job.pace.itemsPerSecond)} items a second` : 'as fast as it goes'}`],
              (job.operation === 'retry' || job.operation === 'restart') && ['Outcomes', job.waitForOutcome ? 'waited for' : 'not waited for'],
              job.planId && ['Plan', <Id of={job.planId} parts={['plans', job.planId]} />],
              ['Selection', <code class="clip">{job.selection}</code>],
              ['By', <Who name={job.requestedBy} />],
              ['Asked for', <When at={job.createdAt} />],
              job.startedAt && ['Began', <When at={job.startedAt} />],
              job.endedAt && ['Ended', <When at={job.endedAt} />],
            ]} />
            {job.options !== undefined && job.options !== null && <Tree name="Options" value={job.options} isOpen={false} />}
          </Panel>
        </div>
      </div>
      <Items job={job} />
      <JobAudit job={job} />
    </>
  );
}

/** Where the ramp is. What is known of a step is that it was passed, is on, or comes: the counts above are of all steps. */
function Ramp({ job }: { job: Job }) {
  const sizes = job.ramp!;
  const steps = [...sizes.map((size) => number(size)), 'rest'];
  // A job that has paused by itself names the step that would come next; what was too much is the one before.
  const isOver = job.state === 'paused' && job.stateReason === 'ramp_threshold';
  const now = isOver ? stepOf(sizes, job.counts.succeeded + job.counts.failed) : job.progress?.rampStep ?? 0;
  return (
    <ol class="ramp-steps">
      {steps.map((size, index) => {
        const state = hasEnded(job) || now === 0 ? '' : index + 1 < now ? 'passed' : index + 1 === now ? 'now' : 'next';
        return <li key={index} class={`is-${state === 'now' && isOver ? 'over' : state}`} aria-current={state === 'now' ? 'step' : undefined}><strong>{size}</strong>{state && <span>{state === 'passed' ? '✓ passed' : state === 'now' ? (isOver ? '✕ too many failed' : job.state === 'paused' ? '‖ paused here' : '▸ now') : '○ to come'}</span>}</li>;
      })}
    </ol>
  );
}

/** The step, from 1, whose orders were the last to come to an end: only these fill a step. */
function stepOf(sizes: number[], ended: number): number {
  let sum = 0;
  for (const [index, size] of sizes.entries()) {
    sum += size;
    if (ended <= sum) return index + 1;
  }
  return sizes.length + 1;
}

function useRates(job: Job): number[] {
  const seen = useRef<{ id: string; at: number; done: number } | undefined>(undefined);
  const [rates, setRates] = useState<number[]>([]);
  useEffect(() => {
    const at = Date.now();
    const before = seen.current;
    seen.current = { id: job.jobId, at, done: job.counts.found };
    if (before && before.id === job.jobId && at - before.at > 500) setRates((all) => [...all, Math.max(0, ((job.counts.found - before.done) * 1000) / (at - before.at))].slice(-120));
  }, [job]);
  return rates;
}

const why: Field = { name: 'reason', label: 'Reason', type: 'area', isNeeded: true, hint: 'Kept in the audit log.' };

export function JobActions({ job, onDone }: { job: Job; onDone: () => void }) {
  const path = `/api/jobs/${id(job.jobId)}`;
  if (hasEnded(job)) return null;
  const demand = (what: 'pause' | 'resume' | 'cancel') => ({
    fields: [why], onDone,
    request: (values: Record<string, string>) => ({ method: 'POST' as const, path: `${path}/${what}`, body: { reason: values['reason'] || undefined, requestedBy: requester() } }),
    words: (values: Record<string, string>) => ['jobs', what, job.jobId, ...option('--reason', values['reason']), ...option('--requested-by', requester())],
  });
  return (
    <>
      {job.demand === 'pause' || job.state === 'paused'
        ? <ActionButton key="resume" label="Resume…" title="Resume the job" verb="Resume" done="It goes on." {...demand('resume')} />
        : <ActionButton key="pause" label="Pause…" title="Pause the job" verb="Pause" done="Nothing new begins." isDisabled={job.state === 'cancelling'} why="It is being cancelled." {...demand('pause')}><p>Nothing new begins; what is under way is finished.</p></ActionButton>}
      <ActionButton
        key="pace" label="Pace…" title="Change the pace" verb="Change" done="The pace is changed." onDone={onDone} isDisabled={job.state === 'cancelling'} why="It is being cancelled."
        fields={[
          { name: 'parallelism', label: 'At work at once', type: 'number', min: 1, max: 100, value: String(job.pace.parallelism) },
          { name: 'itemsPerSecond', label: 'Items a second', type: 'number', min: 0, max: 10000, value: String(job.pace.itemsPerSecond), hint: '0 is as fast as it goes.' },
          why,
        ]}
        request={(values) => ({ method: 'PATCH', path: `${path}/pace`, body: { parallelism: Number(values['parallelism']), itemsPerSecond: Number(values['itemsPerSecond']), reason: values['reason'] || undefined, requestedBy: requester() } })}
        words={(values) => ['jobs', 'set-rate', job.jobId, values['itemsPerSecond'], ...option('--parallel', values['parallelism']), ...option('--reason', values['reason']), ...option('--requested-by', requester())]}
      />
      <ActionButton key="cancel" label="Cancel…" title="Cancel the job" verb="Cancel the job" isDangerous done="It ends after what is under way." isDisabled={job.demand === 'cancel'} why="It is being cancelled." {...demand('cancel')}>
        <p>{plural(job.counts.pending ?? 0, 'item')} will stay as they were. What is under way is finished; what is left can be planned again.</p>
      </ActionButton>
    </>
  );
}

const counted: [state: ItemState, count: (job: Job) => number | undefined][] = [
  ['failed', (job) => job.counts.failed], ['succeeded', (job) => job.counts.succeeded], ['started', (job) => job.counts.started], ['dead_lettered', (job) => job.counts.deadLettered],
  ['skipped', (job) => job.counts.skipped], ['running', (job) => job.progress?.underWay], ['pending', (job) => job.counts.pending],
];

function Items({ job }: { job: Job }) {
  const state = asked('items');
  const path = query(`/api/jobs/${id(job.jobId)}/items`, { state, pageSize: 50, pageToken: asked('page') });
  const { data, problem, isBusy, reload } = useApi<Page<JobItem>>(path, hasEnded(job) || asked('page') ? 0 : 3000);
  const isReset = job.operation === 'reset';
  return (
    <Panel title="Items" aside={<CopyAs request={{ method: 'GET', path }} words={['jobs', 'items', job.jobId, ...option('--state', state)]} />}>
      <div class="tabs" role="group" aria-label="State of items">
        <button type="button" aria-pressed={state === ''} onClick={() => change({ items: '' })}>All</button>
        {counted.map(([name, count]) => {
          const many = count(job);
          return (many || state === name) && <button type="button" key={name} aria-pressed={state === name} onClick={() => change({ items: name })}>{words(name)} <span class="tab-count">{number(many ?? 0)}</span></button>;
        })}
      </div>
      {problem ? <ProblemNote problem={problem} retry={reload} /> : !data ? <Loading what="items" /> : data.items.length === 0 ? <Empty title={state ? `No item is ${words(state).toLowerCase()}.` : 'No item yet.'} /> : (
        <>
          <Table
            caption={`Items${state ? `, ${words(state).toLowerCase()}` : ''}`} rows={data.items} rowKey={(item) => item.id} href={(item) => to([isReset ? 'workflows' : 'orders', item.id])} isBusy={isBusy}
            columns={[
              { key: 'id', head: isReset ? 'Workflow' : 'Order', cell: (item) => (isReset ? <Id of={item.id} parts={['workflows', item.id]} /> : <OrderId of={item.id} />) },
              { key: 'state', head: 'State', cell: (item) => <Badge state={item.state} /> },
              { key: 'why', head: 'Why', isWide: true, cell: (item) => <>{item.reason && <strong>{reason(item.reason)}</strong>}{item.message && <span class="muted"> {item.message}</span>}</> },
              { key: 'outcome', head: 'Outcome', cell: (item) => (item.outcome ? <Badge state={item.outcome} /> : <span class="muted">–</span>) },
              { key: 'attempts', head: 'Attempts', isNumber: true, cell: (item) => item.attempts },
              { key: 'group', head: 'Group', cell: (item) => (item.group ? <Id of={item.group} parts={/^[0-9a-f]{16}$/.test(item.group) ? ['groups', item.group] : undefined} /> : '') },
              { key: 'at', head: 'Changed', cell: (item) => <When at={item.updatedAt} short /> },
            ]}
          />
          <Pager next={data.nextPageToken} shown={data.items.length} what="items" />
        </>
      )}
    </Panel>
  );
}

function JobAudit({ job }: { job: Job }) {
  const { data } = useApi<Page<AuditEvent>>(query('/api/audit-events', { target: job.jobId, pageSize: 50 }), hasEnded(job) ? 0 : 5000);
  return data && data.items.length > 0 ? <Panel title="Who did what" aside={<CopyAs request={{ method: 'GET', path: query('/api/audit-events', { target: job.jobId }) }} words={['audit', '--target', job.jobId]} />}><AuditTable events={data.items} /></Panel> : null;
}
