import { id, listing } from '../api/client';
import { whyNot } from '../api/me';
import { useApi } from '../api/poll';
import type { Page, Workflow } from '../api/types';
import { option } from '../copy';
import { span } from '../format';
import { workflowGrammar } from '../grammar';
import { asked, change, go, to } from '../route';
import { useState } from 'preact/hooks';
import { Guarded } from '../ui/action';
import { Badge, Empty, Facts, Id, JobId, Loading, OrderId, PageFrame, Panel, ProblemNote, When } from '../ui/basics';
import { FilterBox } from '../ui/filter';
import { Pager, Table } from '../ui/table';

export function Workflows() {
  const text = asked('query');
  const request = listing('/api/workflows', { query: text }, { pageSize: 50, pageToken: asked('page') });
  const { data, problem, isBusy, reload } = useApi<Page<Workflow>>(request, asked('page') ? 0 : 5000);
  const [selected, select] = useState<Set<string>>(new Set());
  const isFault = problem?.errors?.some((error) => error.column !== undefined);
  return (
    <PageFrame title="Workflows" request={request} words={['workflows', 'list', ...option('--query', text)]}>
      <FilterBox label="Query of workflows" value={text} grammar={workflowGrammar} problem={problem} onApply={(said) => { select(new Set()); change({ query: said }); if (said === text) reload(); }} />
      {problem && !isFault ? <ProblemNote problem={problem} retry={reload} /> : isFault ? null : !data ? <Loading what="workflows" />
        : data.items.length === 0 ? <Empty title="No such workflow.">{text ? 'Nothing matches the query.' : 'A workflow appears here when its start is decided.'}</Empty>
        : (
          <>
            <div class="acts" role="region" aria-label="What to do with them">
              <span>{selected.size > 0 ? `${selected.size} selected` : text ? 'All matching' : 'Query or select some, then'}</span>
              <Guarded class="is-main" why={selected.size === 0 && !text ? 'A reset needs a query or ids.' : whyNot()} onClick={() => go(to(['plans', 'new'], selected.size > 0 ? { operation: 'reset', ids: JSON.stringify([...selected]) } : { operation: 'reset', filter: text }))}>Plan a reset…</Guarded>
            </div>
            <Table
              caption="Workflows" rows={data.items} rowKey={(workflow) => workflow.instanceId} href={(workflow) => to(['workflows', workflow.instanceId])} selected={selected} onSelect={select} isBusy={isBusy}
              columns={[
                { key: 'id', head: 'Workflow', isWide: true, cell: (workflow) => <Id of={workflow.instanceId} parts={['workflows', workflow.instanceId]} /> },
                { key: 'status', head: 'Status', cell: (workflow) => <Badge state={workflow.status} /> },
                { key: 'type', head: 'Type', cell: (workflow) => workflow.type },
                { key: 'order', head: 'Order', cell: (workflow) => (workflow.orderId ? <OrderId of={workflow.orderId} /> : '') },
                { key: 'order-status', head: 'Its order', cell: (workflow) => (workflow.orderStatus ? <Badge state={workflow.orderStatus} /> : '') },
                { key: 'customer', head: 'Customer', cell: (workflow) => <span class="id">{workflow.customerId ?? ''}</span> },
                { key: 'retry', head: 'Restart', isNumber: true, cell: (workflow) => workflow.retryCount },
                { key: 'start', head: 'Started', cell: (workflow) => <When at={workflow.startTime} short /> },
                { key: 'took', head: 'Took', cell: (workflow) => (workflow.closeTime ? span((Date.parse(workflow.closeTime) - Date.parse(workflow.startTime)) / 1000) : '') },
              ]}
            />
            <Pager next={data.nextPageToken} shown={data.items.length} what="workflows" />
          </>
        )}
    </PageFrame>
  );
}

export function WorkflowPage({ instanceId }: { instanceId: string }) {
  const path = `/api/workflows/${id(instanceId)}`;
  const { data: workflow, problem, reload } = useApi<Workflow>(path, 5000);
  if (!workflow) return <PageFrame kind="Workflow" title={instanceId}>{problem ? <ProblemNote problem={problem} retry={reload} /> : <Loading what="the workflow" />}</PageFrame>;
  const link = (of?: string) => (of ? <Id of={of} parts={['workflows', of]} /> : <span class="muted">none</span>);
  return (
    <PageFrame
      kind="Workflow" title={workflow.instanceId} badge={<Badge state={workflow.status} />} request={{ method: 'GET', path }} words={['workflows', 'show', instanceId]}
      actions={<Guarded why={whyNot()} onClick={() => go(to(['plans', 'new'], { operation: 'reset', id: workflow.instanceId }))}>Plan a reset…</Guarded>}
    >
      <div class="columns">
        <div>
          <Panel title="Workflow">
            <Facts of={[
              ['Type', workflow.type], ['Started', <When at={workflow.startTime} />],
              workflow.closeTime && ['Ended', <><When at={workflow.closeTime} /> <span class="muted">after {span((Date.parse(workflow.closeTime) - Date.parse(workflow.startTime)) / 1000)}</span></>],
              workflow.orderId && ['Order', <OrderId of={workflow.orderId} />], workflow.orderStatus && ['Its status', <Badge state={workflow.orderStatus} />],
              workflow.customerId && ['Customer', <span class="id">{workflow.customerId}</span>],
              ['Restart', `${workflow.retryCount} of generation ${workflow.generation}`], ['Continued as new', `${workflow.continuations} times`],
            ]} />
          </Panel>
        </div>
        <div>
          <Panel title="Before and after">
            <Facts of={[['Before', link(workflow.previousInstance)], ['After', link(workflow.nextInstance)], workflow.resetReason && ['Reset because', workflow.resetReason], workflow.resetJobId && ['Reset by', <JobId of={workflow.resetJobId} />]]} />
          </Panel>
        </div>
      </div>
    </PageFrame>
  );
}
