import { session } from '../api/client';
import { me, whyNot, type Need } from '../api/me';
import { useApi } from '../api/poll';
import type { Health } from '../api/types';
import { words, zoneName } from '../format';
import { Badge, CopyAs, Facts, Id, Loading, PageFrame, Panel, ProblemNote, When } from '../ui/basics';
import { SchedulePanel } from './schedule';

export function System() {
  const { data: health, problem, reload } = useApi<Health>('/api/health', 3000);
  const receivers = Object.entries(health?.webhooks ?? {});
  const { key, token, name } = session.value;
  return (
    <PageFrame title="System" request={{ method: 'GET', path: '/api/health' }} words={['doctor']}>
      <div class="columns">
        <div>
          <Panel title="Health">
            {problem ? <ProblemNote problem={problem} retry={reload} /> : !health ? <Loading what="the health" /> : (
              <Facts of={[
                ['App', <Badge state={health.status} />], ['Storage', <Badge state={health.storage} />],
                ['Last run', health.lastRun ? <><Id of={health.lastRun.runId} parts={['runs', health.lastRun.runId]} /> <Badge state={health.lastRun.state} /> <When at={health.lastRun.startedAt} short /></> : 'none yet'],
              ]} />
            )}
          </Panel>
          <SchedulePanel />
          <Panel title="Webhook receivers">
            {receivers.length === 0 ? <p class="muted">The settings name none.</p> : <Facts of={receivers.map(([receiver, state]) => [receiver, <Badge state={state === 'open' ? 'healthy' : 'failed'} text={state === 'open' ? 'open' : 'closed: it answered 410'} />])} />}
          </Panel>
        </div>
        <div>
          <Caller />
          <Panel title="This tab">
            <Facts of={[
              ['Key', key ? 'kept until the tab is closed' : 'none'], ['Access token', token ? 'kept until the tab is closed' : 'none'], ['Name', name ? `${name}, recorded as claimed` : 'none: the platform’s sign-in says who you are, where it is on'],
              ['Times', zoneName()], ['App', <span class="id">{window.location.origin}</span>],
            ]} />
          </Panel>
          <Panel title="More">
            <ul class="links"><li>Every operation of the API: <code>/api/openapi.json</code></li><li>What a problem means: <code>/api/problems/&#123;code&#125;</code></li><li>The same from a terminal: <code>reprocess doctor</code></li></ul>
          </Panel>
        </div>
      </div>
    </PageFrame>
  );
}

const needs: [need: Need, what: string][] = [
  ['operator', 'plan and apply, steer jobs and runs, resolve and note, pause the schedule, acknowledge alerts, import and export'],
  ['approver', 'approve plans that somebody else has made'],
  ['admin', 'apply a plan that purges'],
];

/** Whom the app takes the caller for, and what follows. */
function Caller() {
  const caller = me.value;
  const held = caller?.roles.filter((role) => role !== 'none') ?? [];
  return (
    <Panel title="You" aside={<CopyAs request={{ method: 'GET', path: '/api/me' }} />}>
      {!caller ? <Loading what="who you are" /> : (
        <>
          <Facts of={[
            ['Name', caller.name ?? <span class="muted">nobody is signed in</span>],
            ['Identity', <Badge state={caller.verified ? 'healthy' : 'pending'} text={caller.verified ? 'verified by the platform' : 'by key, if one is needed'} />],
            ['Roles', held.length > 0 ? held.map((role) => <span class="tag" key={role}>{role}</span>) : <span class="muted">{caller.verified ? 'none: not even reading is allowed' : 'none, and none is needed by key'}</span>],
            ['App', caller.readOnly ? <Badge state="paused" text="read-only" /> : 'takes changes'],
          ]} />
          <ul class="may" aria-label="What you may do">{needs.map(([need, what]) => {
            const why = whyNot(need);
            return <li key={need}><Badge state={why ? 'canceled' : 'healthy'} text={why ? 'No' : 'Yes'} /> <span>{words(what)}{why && <span class="muted"> – {why}</span>}</span></li>;
          })}</ul>
        </>
      )}
    </Panel>
  );
}
