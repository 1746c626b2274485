import { render } from 'preact';
import { useErrorBoundary } from 'preact/hooks';
import { listen, place, to } from './route';
import { Alerts } from './pages/alerts';
import { Audit } from './pages/audit';
import { DeadLetters } from './pages/dead-letters';
import { Failing } from './pages/failing';
import { Group, Groups } from './pages/groups';
import { JobPage, Jobs } from './pages/jobs';
import { OrderPage } from './pages/order';
import { Overview } from './pages/overview';
import { NewPlan, PlanPage, Plans } from './pages/plans';
import { RunPage, Runs } from './pages/runs';
import { System } from './pages/system';
import { ExportPage, Exports, ImportPage, Imports } from './pages/transfers';
import { WorkflowPage, Workflows } from './pages/workflows';
import { Empty, PageFrame } from './ui/basics';
import { Shell } from './ui/shell';

function Page() {
  const [broken, again] = useErrorBoundary();
  if (broken) return <PageFrame title="This page broke"><Empty title={String((broken as Error).message)}><button type="button" onClick={again}>Try again</button></Empty></PageFrame>;
  const [page = '', of, more] = place.value.parts;
  if (more === undefined) {
    switch (page) {
      case '': return <Overview />;
      case 'dead-letters': if (of === undefined) return <DeadLetters />; break;
      case 'failing': if (of === undefined) return <Failing />; break;
      case 'alerts': if (of === undefined) return <Alerts />; break;
      case 'orders': if (of !== undefined) return <OrderPage key={of} orderId={of} />; break;
      case 'groups': return of === undefined ? <Groups /> : <Group key={of} fingerprint={of} />;
      case 'plans': return of === undefined ? <Plans /> : of === 'new' ? <NewPlan /> : <PlanPage key={of} planId={of} />;
      case 'jobs': return of === undefined ? <Jobs /> : <JobPage key={of} jobId={of} />;
      case 'runs': return of === undefined ? <Runs /> : <RunPage key={of} runId={of} />;
      case 'workflows': return of === undefined ? <Workflows /> : <WorkflowPage key={of} instanceId={of} />;
      case 'imports': return of === undefined ? <Imports /> : <ImportPage key={of} importId={of} />;
      case 'exports': return of === undefined ? <Exports /> : <ExportPage key={of} exportId={of} />;
      case 'audit': if (of === undefined) return <Audit />; break;
      case 'system': if (of === undefined) return <System />; break;
    }
  }
  return <PageFrame title="There is no such page"><Empty title="The address is not one of the dashboard’s."><a href={to([])}>Overview</a></Empty></PageFrame>;
}

listen();
render(<Shell><Page /></Shell>, document.getElementById('app')!);
