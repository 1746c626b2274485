import { id, query } from '../api/client';
import { useApi } from '../api/poll';
import type { Job, Page, Run, Summary } from '../api/types';
import { option } from '../copy';
import { number, percent, plural, span, words } from '../format';
import { asked, to } from '../route';
import { ActionButton, requester } from '../ui/action';
import { Badge, Empty, JobId, Loading, PageFrame, Panel, ProblemNote, Stat, When } from '../ui/basics';
import { Days } from '../ui/charts';
import { Pager, Table } from '../ui/table';
import { announce } from '../ui/live';
import { reason } from '../words';
import { JobActions, JobBody } from './jobs';
import { SchedulePanel } from './schedule';

export const RunNow = ({ onDone }: { onDone?: () => void }) => (
  <ActionButton
    label="Run now…" title="Start a run" verb="Start" done="The run is started."
    fields={[{ name: 'maxOrders', label: 'Orders at most', type: 'number', min: 0, hint: 'The app’s batch size unless said.' }]}
    request={(values) => ({ method: 'POST', path: '/api/reprocessing/runs', body: { maxOrders: values['maxOrders'] ? Number(values['maxOrders']) : undefined, requestedBy: requester() } })}
    words={(values) => ['runs', 'start', ...option('--max-orders', values['maxOrders']), ...option('--requested-by', requester())]}
    onDone={() => { announce('The run is started; it appears among the runs.'); onDone?.(); }}
  ><p>It finds orders that are due, restarts them, and dead-letters those whose restarts are used up. There is one run at a time.</p></ActionButton>
);

const took = (run: Run) => (run.completedAt ? span((Date.parse(run.completedAt) - Date.parse(run.processedAt)) / 1000) : '');

export function Runs() {
  const path = query('/api/reprocessing/runs', { pageSize: 50, pageToken: asked('page') });
  const { data, problem, isBusy, reload } = useApi<Page<Run>>(path, asked('page') ? 0 : 3000);
  const summary = useApi<Summary>('/api/reprocessing/summary?days=30', 30000);
  const skipped = (summary.data?.days ?? []).flatMap((day) => Object.entries(day.skippedTicks).filter(([, count]) => count > 0).map(([why, count]) => ({ day: day.day, why, count })));
  return (
    <PageFrame title="Runs" request={{ method: 'GET', path }} words={['runs', 'list']} actions={<RunNow onDone={reload} />}>
      {summary.data && summary.data.days.some((day) => day.runs > 0) && (
        <div class="columns">
          <div><Panel title="A day" aside={<span class="muted">30 days, UTC</span>}><Days days={summary.data.days} length={30} /></Panel></div>
          <div><SchedulePanel /><Panel title="Ticks that began no run">{skipped.length === 0 ? <Empty title="None in 30 days." /> : <ul class="links">{skipped.slice(0, 8).map((one) => <li key={one.day + one.why}>{one.day}: {plural(one.count, 'tick')}, {words(one.why).toLowerCase()}</li>)}</ul>}</Panel></div>
        </div>
      )}
      {problem ? <ProblemNote problem={problem} retry={reload} /> : !data ? <Loading what="runs" />
        : data.items.length === 0 ? <Empty title="No run yet.">Runs begin by the schedule, or by “Run now”.</Empty>
        : (
          <>
            <Table
              caption="Runs, newest first" rows={data.items} rowKey={(run) => run.runId} href={(run) => to(['runs', run.runId])} isBusy={isBusy}
              columns={[
                { key: 'at', head: 'Began', cell: (run) => <a href={to(['runs', run.runId])}><When at={run.processedAt} short /></a> },
                { key: 'state', head: 'State', cell: (run) => <Badge state={run.state} /> },
                { key: 'found', head: 'Found', isNumber: true, cell: (run) => number(run.foundCount) },
                { key: 'restarted', head: 'Restarted', isNumber: true, cell: (run) => number(run.restartedCount) },
                { key: 'dead', head: 'Dead-lettered', isNumber: true, cell: (run) => number(run.dlqCount) },
                { key: 'errors', head: 'Errors', isNumber: true, cell: (run) => number(run.errorCount) },
                { key: 'skipped', head: 'Skipped', isNumber: true, cell: (run) => number(run.skippedCount) },
                { key: 'took', head: 'Took', cell: took },
                { key: 'stop', head: 'Ended because', cell: (run) => reason(run.stopReason) },
                { key: 'alerts', head: 'Alerts', isWide: true, cell: (run) => (run.error ? <span class="tag is-warn">{run.error}</span> : run.alerts.map((alert) => <span key={alert.kind} class="tag is-warn" title={alert.message}>▲ {words(alert.kind)}</span>)) },
                { key: 'by', head: 'Trigger', cell: (run) => run.trigger },
              ]}
            />
            <Pager next={data.nextPageToken} shown={data.items.length} what="runs" />
          </>
        )}
    </PageFrame>
  );
}

export function RunPage({ runId }: { runId: string }) {
  const path = `/api/reprocessing/runs/${id(runId)}`;
  const isOver = (run: Run) => run.state !== 'running';
  const { data: run, problem, reload } = useApi<Run>(path, 2000, isOver);
  const job = useApi<Job>(`/api/jobs/${id(runId)}`, 2000, (read) => !!read.endedAt && (read.outcomes?.running ?? 0) === 0);
  if (!run) return <PageFrame kind="Run" title={runId}>{problem ? <ProblemNote problem={problem} retry={reload} /> : <Loading what="the run" />}</PageFrame>;
  return (
    <PageFrame kind="Run" title={run.runId} badge={<Badge state={job.data?.state ?? run.state} />} request={{ method: 'GET', path }} words={['runs', 'show', runId]} actions={job.data && <JobActions job={job.data} onDone={() => { reload(); job.reload(); }} />}>
      {problem && <ProblemNote problem={problem} />}
      {run.error && <p class="note is-warn">▲ {run.error}</p>}
      {run.alerts.length > 0 && <section class="alerts" aria-label="Alerts">{run.alerts.map((alert) => <p key={alert.kind}><span class="alert-mark" aria-hidden="true">▲</span><strong>{alert.message}</strong> <span class="muted">{number(alert.value)}, the threshold is {number(alert.threshold)}</span></p>)}</section>}
      <div class="stats">
        <Stat name="Found" value={number(run.foundCount)} note={`${number(run.maxOrders)} at most`} />
        <Stat name="Restarted" value={number(run.restartedCount)} />
        <Stat name="Dead-lettered" value={number(run.dlqCount)} tone={run.dlqCount ? 'bad' : undefined} />
        <Stat name="Errors" value={number(run.errorCount)} tone={run.errorCount ? 'bad' : undefined} />
        <Stat name="Skipped" value={number(run.skippedCount)} />
        <Stat name={run.completedAt ? 'Took' : 'Progress'} value={run.completedAt ? took(run) : run.progress?.percent !== undefined ? percent(run.progress.percent) : '–'} note={<>{run.stopReason ? reason(run.stopReason) : `by ${run.trigger}`}, <When at={run.processedAt} short /></>} />
      </div>
      {job.data ? <JobBody job={job.data} /> : job.problem ? <ProblemNote problem={job.problem} /> : <Loading what={`items of ${runId}`} />}
      <p class="muted">A run is a job as well: <JobId of={runId} /></p>
    </PageFrame>
  );
}
