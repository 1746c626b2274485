import { useApi } from '../api/poll';
import type { Schedule } from '../api/types';
import { option } from '../copy';
import { words } from '../format';
import { ActionButton, requester, type Field } from '../ui/action';
import { Badge, CopyAs, Facts, JobId, Loading, Panel, ProblemNote, When, Who } from '../ui/basics';

const path = '/api/schedule';
const why: Field = { name: 'reason', label: 'Reason', type: 'area', isNeeded: true, hint: 'Shown with the schedule, and kept in the audit log.' };

/** When runs begin by themselves, whether they do, and the switch. */
export function SchedulePanel() {
  const { data: schedule, problem, reload } = useApi<Schedule>(path, 5000);
  if (!schedule) return <Panel title="Schedule">{problem ? <ProblemNote problem={problem} retry={reload} /> : <Loading what="the schedule" />}</Panel>;
  const { lastRun, lastSkippedTick: skipped } = schedule;
  const demand = (what: 'pause' | 'resume') => ({
    fields: [why], onDone: reload,
    request: (values: Record<string, string>) => ({ method: 'POST' as const, path: `${path}/${what}`, body: { reason: values['reason'] ?? '', requestedBy: requester() } }),
    words: (values: Record<string, string>) => ['schedule', what, ...option('--reason', values['reason']), ...option('--requested-by', requester())],
  });
  return (
    <Panel title="Schedule" aside={<CopyAs request={{ method: 'GET', path }} words={['schedule', 'show']} />}>
      <div class="schedule-head">
        {!schedule.enabled ? <Badge state="suspended" text="Disabled by the settings" /> : schedule.paused ? <Badge state="paused" text="Paused" /> : <Badge state="healthy" text="On" />}
        {schedule.enabled && !schedule.paused && schedule.nextTicks[0] && <span>next run <When at={schedule.nextTicks[0]} short /></span>}
        <span class="grow" />
        {schedule.paused
          ? <ActionButton key="resume" label="Resume…" title="Resume the schedule" verb="Resume" isMain done="The next tick starts a run again." {...demand('resume')}><p>The next tick starts a run again.</p></ActionButton>
          : <ActionButton key="pause" label="Pause…" title="Pause the schedule" verb="Pause" done="Ticks start no run." {...demand('pause')}><p>Ticks start no run until the schedule is resumed. A run that is at work goes on, and one can still be started by hand.</p></ActionButton>}
      </div>
      {schedule.paused && <p class="note is-warn">‖ Paused by <Who name={schedule.by} /> <When at={schedule.since} short />: <span class="quote">{schedule.reason}</span></p>}
      <Facts of={[
        ['Expression', <code>{schedule.expression}</code>],
        !schedule.paused && schedule.nextTicks.length > 0 && ['Next ticks', <ul>{schedule.nextTicks.slice(0, 3).map((tick) => <li key={tick}><When at={tick} /></li>)}</ul>],
        lastRun && ['Last run', <><JobId of={lastRun.runId} /> <When at={lastRun.processedAt} short /></>],
        skipped && ['Last skipped', <><When at={skipped.at} short />, {words(skipped.reason).toLowerCase()}</>],
      ]} />
    </Panel>
  );
}
