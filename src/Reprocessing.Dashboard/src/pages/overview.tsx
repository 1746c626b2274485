import { query } from '../api/client';
import { useApi } from '../api/poll';
import type { Alert, DeadLetterStatistics, FailingStatistics, FailureGroup, Health, Job, Page, Run, StatisticsHistory, Summary } from '../api/types';
import { number, plural, since, span } from '../format';
import { asked, change, to } from '../route';
import { Badge, Counts, Empty, JobId, Loading, PageFrame, Panel, ProblemNote, Stat, When } from '../ui/basics';
import { Days, Depth, JobBar, OldestAge, ranges } from '../ui/charts';
import { operation, reason } from '../words';
import { RaisedAlerts } from './alerts';
import { GroupLine } from './groups';
import { RunNow } from './runs';
import { SchedulePanel } from './schedule';

const weight = (group: FailureGroup) => group.openCount + group.failingCount;

export function Overview() {
  const health = useApi<Health>('/api/health', 5000);
  const letters = useApi<DeadLetterStatistics>('/api/statistics/dead-letters', 5000);
  const failing = useApi<FailingStatistics>('/api/statistics/orders', 5000);
  const alerts = useApi<Page<Alert>>('/api/alerts?state=raised&pageSize=30', 5000);
  const groups = useApi<Page<FailureGroup>>('/api/failure-groups?pageSize=30', 5000);
  const jobs = useApi<Page<Job>>('/api/jobs?state=running&pageSize=20', 2000);
  // However long ago: a job that nobody resumes waits for ever.
  const paused = useApi<Page<Job>>('/api/jobs?state=paused&pageSize=20', 5000);
  const runs = useApi<Page<Run>>('/api/reprocessing/runs?pageSize=8', 5000);
  const summary = useApi<Summary>('/api/reprocessing/summary?days=14', 30000);

  const atWork = [...(jobs.data?.items ?? []), ...(paused.data?.items ?? [])];
  const lastRun = runs.data?.items[0];
  const hurting = (groups.data?.items ?? []).filter((group) => group.openCount + group.failingCount > 0 && group.state !== 'archived').sort((a, b) => weight(b) - weight(a));
  const worst = hurting.slice(0, 6);
  const stats = letters.data;
  const state = health.data?.status ?? (health.problem ? 'unhealthy' : undefined);

  return (
    <PageFrame title="Overview" badge={state && <Badge state={state} />} request={{ method: 'GET', path: '/api/statistics/dead-letters' }} words={['dlq', 'stats']} actions={<RunNow />}>
      {health.problem && <ProblemNote problem={health.problem} />}
      {health.data?.status === 'degraded' && <p class="note is-warn">▲ A webhook receiver wants nothing any more: {Object.entries(health.data.webhooks ?? {}).filter(([, is]) => is === 'closed').map(([name]) => name).join(', ')}. <a href={to(['system'])}>System</a></p>}
      {alerts.problem && <ProblemNote problem={alerts.problem} retry={alerts.reload} />}
      {alerts.data && alerts.data.items.length > 0 && <RaisedAlerts alerts={alerts.data.items} onDone={alerts.reload} />}
      {letters.problem ? <ProblemNote problem={letters.problem} retry={letters.reload} /> : !stats ? <Loading what="the queue" /> : (
        <div class="stats">
          <Stat name="Failing now" value={failing.data ? number(failing.data.failingCount) : '–'} tone={failing.data && failing.data.failingCount > 0 ? 'warn' : 'good'} note="not dead yet" href={to(['failing'])} />
          <Stat name="Due now" value={failing.data ? number(failing.data.dueCount) : '–'} note={failing.data?.waitingCount ? <>{number(failing.data.waitingCount)} wait{failing.data.nextDueAt && <>, next <When at={failing.data.nextDueAt} short /></>}</> : 'none waits'} href={to(['failing'], { filter: 'nextRetryAt <= now' })} />
          <Stat name="Dead letters" value={number(stats.unresolvedCount)} tone={stats.unresolvedCount > 0 ? 'bad' : 'good'} note="nobody has resolved" href={to(['dead-letters'])} />
          <Stat name="Oldest" value={stats.oldestUnresolved ? since(stats.oldestUnresolved) : '–'} note={stats.oldestUnresolved ? 'in the queue' : 'the queue is empty'} href={to(['dead-letters'])} />
          <Stat name="Kinds of failure" value={groups.data ? `${hurting.length}${groups.data.nextPageToken ? '+' : ''}` : '–'} note="with orders that fail or are dead" href={to(['groups'])} />
          <Stat name="Jobs and runs on" value={jobs.data && paused.data ? number(atWork.length) : '–'} note={paused.data && paused.data.items.length > 0 ? `${number(paused.data.items.length)} paused` : 'none paused'} href={to(['jobs'])} />
          <Stat name="Last run" value={lastRun ? <Badge state={lastRun.state} /> : '–'} note={lastRun ? <>{plural(lastRun.restartedCount, 'restart')}, {lastRun.dlqCount} dead-lettered, <When at={lastRun.processedAt} short /></> : 'none yet'} href={lastRun && to(['runs', lastRun.runId])} />
          <Stat name="Resolved" value={number(stats.resolvedCount)} note={`${number(stats.averageRetries)} retries on average`} href={to(['dead-letters'], { resolution: 'any' })} />
        </div>
      )}
      <div class="columns">
        <div>
          <Panel title="What fails" aside={<a href={to(['groups'])}>All groups</a>}>
            {groups.problem ? <ProblemNote problem={groups.problem} retry={groups.reload} /> : !groups.data ? <Loading what="groups" />
              : worst.length === 0 ? <Empty title="Nothing fails.">A kind of failure appears here with the first order that fails so.</Empty>
              : <ul class="group-list">{worst.map((group) => <GroupLine key={group.fingerprint} group={group} most={weight(worst[0]!)} />)}</ul>}
          </Panel>
          <Course />
          <Panel title="Restarted and dead-lettered a day" aside={<span class="muted">14 days, UTC</span>}>
            {summary.problem ? <ProblemNote problem={summary.problem} retry={summary.reload} /> : !summary.data ? <Loading what="days" />
              : summary.data.days.every((day) => day.runs === 0) ? <Empty title="No run in these days.">Runs begin by the schedule, or by “Run now”.</Empty> : <Days days={summary.data.days} length={14} />}
          </Panel>
          <Panel title="Last runs" aside={<a href={to(['runs'])}>All runs</a>}>
            {!runs.data ? (runs.problem ? <ProblemNote problem={runs.problem} retry={runs.reload} /> : <Loading what="runs" />) : runs.data.items.length === 0 ? <Empty title="No run yet." />
              : <ul class="run-list">{runs.data.items.map((run) => (
                <li key={run.runId}><a href={to(['runs', run.runId])}><When at={run.processedAt} short /></a> <Badge state={run.state} /> <span class="muted">{run.restartedCount} restarted · {run.dlqCount} dead-lettered{run.errorCount ? ` · ${run.errorCount} errors` : ''}{run.completedAt ? ` · ${span((Date.parse(run.completedAt) - Date.parse(run.processedAt)) / 1000)}` : ''}</span>{run.alerts.length > 0 && <span class="tag is-warn">▲ {plural(run.alerts.length, 'alert')}</span>}</li>
              ))}</ul>}
          </Panel>
        </div>
        <div>
          <SchedulePanel />
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
            <Panel title="Dead letters by type" aside={<span class="muted">as of <When at={stats.asOf} short /></span>}>
              <Counts of={stats.byErrorType} href={(name) => to(['dead-letters'], { filter: `errorType = ${name}` })} />
            </Panel>
          )}
        </div>
      </div>
    </PageFrame>
  );
}

/** How it has come to what is now, over the hours that the address names. */
function Course() {
  const hours = ranges.find(([length]) => String(length) === asked('hours'))?.[0] ?? ranges[0]![0];
  const { data, problem, reload, isBusy } = useApi<StatisticsHistory>(query('/api/statistics/history', { hours }), 60_000);
  const choice = (
    <div class="tabs" role="group" aria-label="Over">
      {ranges.map(([length, name]) => <button type="button" key={length} aria-pressed={length === hours} onClick={() => change({ hours: length === ranges[0]![0] ? undefined : length })}>{name}</button>)}
    </div>
  );
  return (
    <Panel title="Failing orders and dead letters" aside={choice}>
      {problem ? <ProblemNote problem={problem} retry={reload} /> : !data || isBusy ? <Loading what="the history" />
        : data.points.length === 0 ? <Empty title="Nothing was counted in these hours.">The app counts by itself, and keeps the last count of each hour.</Empty>
        : (
          <>
            <Depth points={data.points} hours={hours} />
            <h3 class="chart-head">Age of the oldest dead letter</h3>
            <OldestAge points={data.points} hours={hours} />
          </>
        )}
    </Panel>
  );
}
