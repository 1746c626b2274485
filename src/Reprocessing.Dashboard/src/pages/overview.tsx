import { useApi } from '../api/poll';
import type { DeadLetterStatistics, FailureGroup, Health, Job, Page, Run, Summary } from '../api/types';
import { number, plural, since, span } from '../format';
import { to } from '../route';
import { Badge, Counts, Empty, JobId, Loading, PageFrame, Panel, ProblemNote, Stat, When } from '../ui/basics';
import { Days, JobBar } from '../ui/charts';
import { operation, reason } from '../words';
import { GroupLine } from './groups';
import { RunNow } from './runs';

export function Overview() {
  const health = useApi<Health>('/api/health', 5000);
  const letters = useApi<DeadLetterStatistics>('/api/statistics/dead-letters', 5000);
  const groups = useApi<Page<FailureGroup>>('/api/failure-groups?pageSize=30', 5000);
  const jobs = useApi<Page<Job>>('/api/jobs?state=running&pageSize=20', 2000);
  // However long ago: a job that nobody resumes waits for ever.
  const paused = useApi<Page<Job>>('/api/jobs?state=paused&pageSize=20', 5000);
  const runs = useApi<Page<Run>>('/api/reprocessing/runs?pageSize=8', 5000);
  const summary = useApi<Summary>('/api/reprocessing/summary?days=14', 30000);

  const atWork = [...(jobs.data?.items ?? []), ...(paused.data?.items ?? [])];
  const lastRun = runs.data?.items[0];
  const alerts = lastRun?.alerts ?? [];
  const worst = groups.data?.items.filter((group) => group.openCount > 0 && group.state !== 'archived').slice(0, 6) ?? [];
  const stats = letters.data;
  const state = health.data?.status ?? (health.problem ? 'unhealthy' : undefined);

  return (
    <PageFrame title="Overview" badge={state && <Badge state={state} />} request={{ method: 'GET', path: '/api/statistics/dead-letters' }} words={['dlq', 'stats']} actions={<RunNow />}>
      {health.problem && <ProblemNote problem={health.problem} />}
      {health.data?.status === 'degraded' && <p class="note is-warn">▲ A webhook receiver wants nothing any more: {Object.entries(health.data.webhooks ?? {}).filter(([, is]) => is === 'closed').map(([name]) => name).join(', ')}. <a href={to(['system'])}>System</a></p>}
      {alerts.length > 0 && lastRun && (
        <section class="alerts" aria-label="Alerts">
          {alerts.map((alert) => <p key={alert.kind}><span class="alert-mark" aria-hidden="true">▲</span><strong>{alert.message}</strong> <span class="muted">of run <JobId of={lastRun.runId} />, <When at={lastRun.completedAt ?? lastRun.processedAt} short /></span></p>)}
        </section>
      )}
      {letters.problem ? <ProblemNote problem={letters.problem} retry={letters.reload} /> : !stats ? <Loading what="the queue" /> : (
        <div class="stats">
          <Stat name="Dead letters" value={number(stats.unresolvedCount)} tone={stats.unresolvedCount > 0 ? 'bad' : 'good'} note="nobody has resolved" href={to(['dead-letters'])} />
          <Stat name="Oldest" value={stats.oldestUnresolved ? since(stats.oldestUnresolved) : '–'} note={stats.oldestUnresolved ? 'in the queue' : 'the queue is empty'} href={to(['dead-letters'])} />
          <Stat name="Kinds of failure" value={groups.data ? `${worst.length < 6 ? worst.length : groups.data.items.filter((group) => group.openCount > 0 && group.state !== 'archived').length}${groups.data.nextPageToken ? '+' : ''}` : '–'} note="with open dead letters" href={to(['groups'])} />
          <Stat name="Jobs and runs on" value={jobs.data && paused.data ? number(atWork.length) : '–'} note={paused.data && paused.data.items.length > 0 ? `${number(paused.data.items.length)} paused` : 'none paused'} href={to(['jobs'])} />
          <Stat name="Last run" value={lastRun ? <Badge state={lastRun.state} /> : '–'} note={lastRun ? <>{plural(lastRun.restartedCount, 'restart')}, {lastRun.dlqCount} dead-lettered, <When at={lastRun.processedAt} short /></> : 'none yet'} href={lastRun && to(['runs', lastRun.runId])} />
          <Stat name="Resolved" value={number(stats.resolvedCount)} note={`${number(stats.averageRetries)} retries on average`} href={to(['dead-letters'], { resolution: 'any' })} />
        </div>
      )}
      <div class="columns">
        <div>
          <Panel title="What fails" aside={<a href={to(['groups'])}>All groups</a>}>
            {groups.problem ? <ProblemNote problem={groups.problem} retry={groups.reload} /> : !groups.data ? <Loading what="groups" />
              : worst.length === 0 ? <Empty title="Nothing waits in the queue.">A kind of failure appears here with its first dead letter: an order whose restarts are used up.</Empty>
              : <ul class="group-list">{worst.map((group) => <GroupLine key={group.fingerprint} group={group} most={worst[0]!.openCount} />)}</ul>}
          </Panel>
          <Panel title="Restarted and dead-lettered a day" aside={<span class="muted">14 days, UTC</span>}>
            {summary.problem ? <ProblemNote problem={summary.problem} retry={summary.reload} /> : !summary.data ? <Loading what="days" />
              : summary.data.days.every((day) => day.runs === 0) ? <Empty title="No run in these days.">Runs begin by the schedule, or by “Run now”.</Empty> : <Days days={summary.data.days} length={14} />}
          </Panel>
        </div>
        <div>
          <Panel title="At work" aside={<a href={to(['jobs'])}>All jobs</a>}>
            {jobs.problem ? <ProblemNote problem={jobs.problem} retry={jobs.reload} /> : !jobs.data || !paused.data ? <Loading what="jobs" />
              : atWork.length === 0 ? <Empty title="No job is at work.">Open a failure group and plan a retry: nothing is changed before you apply it.</Empty>
              : <ul class="job-list">{atWork.map((job) => (
                <li key={job.jobId}>
                  <div class="job-line"><JobId of={job.jobId} /><Badge state={job.state} />{job.stateReason && <span class="muted">{reason(job.stateReason)}</span>}</div>
                  <p class="job-why">{operation(job.operation)}: {job.reason}</p>
                  <JobBar counts={job.counts} total={job.totalItems} isSmall />
                </li>
              ))}</ul>}
          </Panel>
          {stats && stats.unresolvedCount > 0 && (
            <Panel title="By type of error" aside={<span class="muted">as of <When at={stats.asOf} short /></span>}>
              <Counts of={stats.byErrorType} href={(name) => to(['dead-letters'], { filter: `errorType = ${name}` })} />
            </Panel>
          )}
          <Panel title="Last runs" aside={<a href={to(['runs'])}>All runs</a>}>
            {!runs.data ? (runs.problem ? <ProblemNote problem={runs.problem} retry={runs.reload} /> : <Loading what="runs" />) : runs.data.items.length === 0 ? <Empty title="No run yet." />
              : <ul class="run-list">{runs.data.items.map((run) => (
                <li key={run.runId}><a href={to(['runs', run.runId])}><When at={run.processedAt} short /></a> <Badge state={run.state} /> <span class="muted">{run.restartedCount} restarted · {run.dlqCount} dead-lettered{run.errorCount ? ` · ${run.errorCount} errors` : ''}{run.completedAt ? ` · ${span((Date.parse(run.completedAt) - Date.parse(run.processedAt)) / 1000)}` : ''}</span>{run.alerts.length > 0 && <span class="tag is-warn">▲ {plural(run.alerts.length, 'alert')}</span>}</li>
              ))}</ul>}
          </Panel>
        </div>
      </div>
    </PageFrame>
  );
}
