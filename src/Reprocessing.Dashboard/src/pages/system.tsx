import { session } from '../api/client';
import { useApi } from '../api/poll';
import type { Health } from '../api/types';
import { zoneName } from '../format';
import { Badge, Facts, Id, Loading, PageFrame, Panel, ProblemNote, When } from '../ui/basics';

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
          <Panel title="Webhook receivers">
            {receivers.length === 0 ? <p class="muted">The settings name none.</p> : <Facts of={receivers.map(([receiver, state]) => [receiver, <Badge state={state === 'open' ? 'healthy' : 'failed'} text={state === 'open' ? 'open' : 'closed: it answered 410'} />])} />}
          </Panel>
        </div>
        <div>
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
