import { useState } from 'preact/hooks';
import { id, open, Problem, query, send } from '../api/client';
import { whyNot } from '../api/me';
import { useApi } from '../api/poll';
import type { Export, Import, Page, Rejected, Skipped } from '../api/types';
import { option } from '../copy';
import { bytes, number, percent, plural, span, words } from '../format';
import { asked, go, to } from '../route';
import { ActionButton, FieldRow, NameField, requester } from '../ui/action';
import { Badge, CopyAs, Empty, Facts, Id, Loading, OrderId, PageFrame, Panel, ProblemNote, Stat, When, Who } from '../ui/basics';
import { announce } from '../ui/live';
import { Pager, Table } from '../ui/table';
import { saveFile } from './dead-letters';

const isOn = (state: string) => ['receiving', 'pending', 'running'].includes(state);

export function Imports() {
  const path = query('/api/imports', { pageSize: 50, pageToken: asked('page') });
  const { data, problem, isBusy, reload } = useApi<Page<Import>>(path, asked('page') ? 0 : 3000);
  return (
    <PageFrame title="Imports" request={{ method: 'GET', path }} words={['orders', 'imports', 'list']}>
      <Upload />
      {problem ? <ProblemNote problem={problem} retry={reload} /> : !data ? <Loading what="imports" />
        : data.items.length === 0 ? <Empty title="No import yet.">A file of orders, CSV with a header row or an object a line: what is wrong with a record stops no other, and is listed with its line.</Empty>
        : (
          <>
            <Table
              caption="Imports, newest first" rows={data.items} rowKey={(one) => one.importId} href={(one) => to(['imports', one.importId])} isBusy={isBusy}
              columns={[
                { key: 'id', head: 'Import', cell: (one) => <Id of={one.importId} parts={['imports', one.importId]} /> },
                { key: 'state', head: 'State', cell: (one) => <Badge state={one.state} /> },
                { key: 'done', head: 'Done', isNumber: true, cell: (one) => percent(one.percent) },
                { key: 'read', head: 'Read', isNumber: true, cell: (one) => number(one.counts.read) },
                { key: 'stored', head: 'Stored', isNumber: true, cell: (one) => number(one.counts.stored) },
                { key: 'there', head: 'Already there', isNumber: true, cell: (one) => number(one.counts.alreadyThere) },
                { key: 'rejected', head: 'Rejected', isNumber: true, cell: (one) => number(one.counts.rejected) },
                { key: 'mode', head: 'Mode', cell: (one) => one.mode },
                { key: 'by', head: 'By', isWide: true, cell: (one) => <Who name={one.requestedBy} /> },
                { key: 'at', head: 'Asked for', cell: (one) => <When at={one.createdAt} short /> },
              ]}
            />
            <Pager next={data.nextPageToken} shown={data.items.length} what="imports" />
          </>
        )}
    </PageFrame>
  );
}

function Upload() {
  const [file, setFile] = useState<File>();
  const [mode, setMode] = useState('start');
  const [problem, setProblem] = useState<Problem>();
  const [isSending, setSending] = useState(false);
  const isCsv = !!file && /\.csv$/i.test(file.name);
  const request = { method: 'POST' as const, path: query('/api/imports', { mode, requestedBy: requester() }), body: file ?? new Blob(), headers: { 'Content-Type': isCsv ? 'text/csv' : 'application/x-ndjson' } };
  const submit = async (event: Event) => {
    event.preventDefault();
    if (!file) return;
    setSending(true);
    setProblem(undefined);
    try {
      const answer = await send<Import>({ ...request, headers: { ...request.headers, 'Idempotency-Key': crypto.randomUUID() } });
      announce('The import is started.');
      go(to(['imports', answer.importId]));
    } catch (e) {
      setProblem(e as Problem);
      setSending(false);
    }
  };
  return (
    <details class="panel upload">
      <summary>Import a file…</summary>
      <form class="form" onSubmit={submit}>
        <div class="fields">
          <div class="field"><label for="file">File, CSV or JSON lines</label><input id="file" type="file" accept=".csv,.jsonl,.ndjson" required onChange={(e) => setFile(e.currentTarget.files?.[0])} />{file && <p class="hint">{bytes(file.size)}, read as {isCsv ? 'CSV' : 'JSON lines'}</p>}</div>
          <FieldRow field={{ name: 'mode', label: 'What becomes of the orders', type: 'choice', choices: [['start', 'their workflows are started'], ['elsewhere', 'another system works on them'], ['failed', 'they have failed elsewhere, and are restarted here']] }} value={mode} onInput={setMode} />
          <NameField />
        </div>
        {problem && <ProblemNote problem={problem} />}
        {whyNot() && <p class="note is-warn">{whyNot()}</p>}
        <div class="form-end"><CopyAs request={request} words={['orders', 'import', file?.name ?? 'orders.csv', ...(file && !isCsv && !/\.(jsonl|ndjson)$/i.test(file.name) ? ['--format', 'jsonl'] : []), '--mode', mode, ...option('--requested-by', requester())]} /><span class="grow" /><button type="submit" class="is-main" disabled={!file || isSending || !!whyNot()}>{isSending ? 'Sending …' : 'Import'}</button></div>
      </form>
    </details>
  );
}

export function ImportPage({ importId }: { importId: string }) {
  const path = `/api/imports/${id(importId)}`;
  const { data: one, problem, reload } = useApi<Import>(path, 2000, (read) => !isOn(read.state));
  const rejectedPath = query(`${path}/rejected`, { pageSize: 50, pageToken: asked('page') });
  const rejected = useApi<Page<Rejected>>(one ? rejectedPath : null, one && isOn(one.state) ? 5000 : 0);
  if (!one) return <PageFrame kind="Import" title={importId}>{problem ? <ProblemNote problem={problem} retry={reload} /> : <Loading what="the import" />}</PageFrame>;
  return (
    <PageFrame
      kind="Import" title={one.importId} badge={<Badge state={one.state} />} request={{ method: 'GET', path }} words={['orders', 'imports', isOn(one.state) ? 'watch' : 'show', importId]}
      actions={isOn(one.state) && !one.cancelRequested && (
        <ActionButton label="Cancel…" title="Cancel the import" verb="Cancel the import" isDangerous done="It ends after the pages at work." onDone={reload} fields={[{ name: 'reason', label: 'Reason', type: 'area', isNeeded: true }]}
          request={(values) => ({ method: 'POST', path: `${path}/cancel`, body: { reason: values['reason'], requestedBy: requester() } })} words={(values) => ['orders', 'imports', 'cancel', importId, ...option('--reason', values['reason']), ...option('--requested-by', requester())]}
        ><p>What is stored stays.</p></ActionButton>
      )}
    >
      {one.error && <p class="note is-warn">▲ {one.error}</p>}
      <div class="stats">
        <Stat name="Done" value={percent(one.percent)} note={<>{bytes(one.lengthBytes)}{one.etaSeconds !== undefined && `, ${span(one.etaSeconds)} left`}</>} />
        <Stat name="Read" value={number(one.counts.read)} note={one.recordsPerSecond !== undefined ? `${number(one.recordsPerSecond)} a second` : undefined} />
        <Stat name="Stored" value={number(one.counts.stored)} /><Stat name="Already there" value={number(one.counts.alreadyThere)} />
        <Stat name="Rejected" value={number(one.counts.rejected)} tone={one.counts.rejected ? 'bad' : undefined} />
      </div>
      <Panel title="Import"><Facts of={[['Mode', one.mode], ['Format', one.format], one.path && ['Path', <code>{one.path}</code>], ['By', <Who name={one.requestedBy} />], ['Began', <When at={one.startedAt} />], one.endedAt && ['Ended', <When at={one.endedAt} />], one.cancelReason && ['Cancelled because', one.cancelReason], one.heartbeat && ['At work', `${one.heartbeat.activity}, ${one.heartbeat.detail ?? ''}: ${number(one.heartbeat.done)}${one.heartbeat.total ? ` of ${number(one.heartbeat.total)}` : ''}`]]} /></Panel>
      <Panel title="Rejected records" aside={<CopyAs request={{ method: 'GET', path: rejectedPath }} words={['orders', 'imports', 'rejected', importId]} />}>
        {rejected.problem ? <ProblemNote problem={rejected.problem} /> : !rejected.data ? <Loading what="records" /> : rejected.data.items.length === 0 ? <Empty title="No record was rejected." /> : (
          <>
            <Table caption="Rejected records, in the order of the file" rows={rejected.data.items} rowKey={(record) => String(record.line)} columns={[
              { key: 'line', head: 'Line', isNumber: true, cell: (record) => number(record.line) },
              { key: 'order', head: 'Order', cell: (record) => (record.orderId ? <OrderId of={record.orderId} /> : '') },
              { key: 'reason', head: 'Reason', cell: (record) => words(record.reason) },
              { key: 'message', head: 'What is wrong', cell: (record) => record.message },
              { key: 'raw', head: 'Record', isWide: true, cell: (record) => <code class="clip">{record.raw}</code> },
            ]} />
            <Pager next={rejected.data.nextPageToken} shown={rejected.data.items.length} what="records" />
          </>
        )}
      </Panel>
    </PageFrame>
  );
}

export function Exports() {
  const path = query('/api/exports', { pageSize: 50, pageToken: asked('page') });
  const { data, problem, isBusy, reload } = useApi<Page<Export>>(path, asked('page') ? 0 : 3000);
  return (
    <PageFrame
      title="Exports" request={{ method: 'GET', path }} words={['orders', 'exports', 'list']}
      actions={
        <ActionButton<Export> label="New export…" title="Export orders into a file" verb="Export" done="The export is started." onDone={(one) => go(to(['exports', one.exportId]))}
          fields={[{ name: 'format', label: 'Format', type: 'choice', value: 'csv', choices: [['csv', 'CSV'], ['jsonl', 'JSON lines']] }, { name: 'status', label: 'Only orders of this status', hint: 'As completed or picking_failed; all unless said.' }]}
          request={(values) => ({ method: 'POST', path: '/api/exports', body: { format: values['format'], status: values['status']?.trim() || undefined, requestedBy: requester() } })}
          words={(values) => ['orders', 'exports', 'start', '--format', values['format'], ...option('--status', values['status']?.trim()), ...option('--requested-by', requester())]}
        />
      }
    >
      {problem ? <ProblemNote problem={problem} retry={reload} /> : !data ? <Loading what="exports" />
        : data.items.length === 0 ? <Empty title="No export yet.">An export writes orders into a file that is kept for a while, and that an import reads back.</Empty>
        : (
          <>
            <Table caption="Exports, newest first" rows={data.items} rowKey={(one) => one.exportId} href={(one) => to(['exports', one.exportId])} isBusy={isBusy} columns={[
              { key: 'id', head: 'Export', cell: (one) => <Id of={one.exportId} parts={['exports', one.exportId]} /> },
              { key: 'state', head: 'State', cell: (one) => <Badge state={one.state} /> },
              { key: 'format', head: 'Format', cell: (one) => one.format },
              { key: 'status', head: 'Orders', cell: (one) => (one.status ? words(one.status) : 'all') },
              { key: 'records', head: 'Records', isNumber: true, cell: (one) => number(one.counts.records) },
              { key: 'size', head: 'Size', isNumber: true, cell: (one) => bytes(one.lengthBytes) },
              { key: 'by', head: 'By', isWide: true, cell: (one) => <Who name={one.requestedBy} /> },
              { key: 'until', head: 'Kept until', cell: (one) => <When at={one.contentUntil} short /> },
              { key: 'at', head: 'Asked for', cell: (one) => <When at={one.createdAt} short /> },
            ]} />
            <Pager next={data.nextPageToken} shown={data.items.length} what="exports" />
          </>
        )}
    </PageFrame>
  );
}

export function ExportPage({ exportId }: { exportId: string }) {
  const path = `/api/exports/${id(exportId)}`;
  const { data: one, problem, reload } = useApi<Export>(path, 2000, (read) => !isOn(read.state));
  const skipped = useApi<Page<Skipped>>(one && one.counts.skipped > 0 ? `${path}/skipped?pageSize=50` : null);
  const [isBusy, setBusy] = useState(false);
  if (!one) return <PageFrame kind="Export" title={exportId}>{problem ? <ProblemNote problem={problem} retry={reload} /> : <Loading what="the export" />}</PageFrame>;
  const download = async () => {
    setBusy(true);
    try {
      saveFile(await (await open({ method: 'GET', path: one.contentPath! })).blob(), `${one.exportId}.${one.format}`);
    } catch (e) {
      announce(`It was not downloaded: ${String((e as Error).message)}`);
    }
    setBusy(false);
  };
  return (
    <PageFrame
      kind="Export" title={one.exportId} badge={<Badge state={one.state} />} request={{ method: 'GET', path: one.contentPath ? `${path}/content` : path }}
      words={['orders', 'exports', ...(one.contentPath ? ['download', exportId, '--to', `${exportId}.${one.format}`] : ['show', exportId])]}
      actions={
        <>
          {one.contentPath && <button type="button" class="is-main" disabled={isBusy} onClick={() => void download()}>{isBusy ? 'Downloading …' : `Download ${bytes(one.lengthBytes)}`}</button>}
          {isOn(one.state) && !one.cancelRequested && <ActionButton label="Cancel…" title="Cancel the export" verb="Cancel the export" isDangerous done="It ends after the page at work." onDone={reload} fields={[{ name: 'reason', label: 'Reason', type: 'area', isNeeded: true }]} request={(values) => ({ method: 'POST', path: `${path}/cancel`, body: { reason: values['reason'], requestedBy: requester() } })} words={(values) => ['orders', 'exports', 'cancel', exportId, ...option('--reason', values['reason']), ...option('--requested-by', requester())]} />}
          {one.contentPath && <ActionButton label="Delete file…" title="Delete the file" verb="Delete the file" isDangerous confirm={one.counts.records} hasName={false} done="The file is deleted." onDone={reload} request={() => ({ method: 'DELETE', path })} words={() => ['orders', 'exports', 'delete', exportId]}><p>What the export came to stays known.</p></ActionButton>}
        </>
      }
    >
      {one.error && <p class="note is-warn">▲ {one.error}</p>}
      <div class="stats">
        <Stat name="Records" value={number(one.counts.records)} note={one.recordsPerSecond !== undefined ? `${number(one.recordsPerSecond)} a second` : undefined} />
        <Stat name="Size" value={bytes(one.lengthBytes)} note={plural(one.pages, 'part')} /><Stat name="Left out" value={number(one.counts.skipped)} tone={one.counts.skipped ? 'bad' : undefined} />
        <Stat name="Kept until" value={<When at={one.contentUntil} short />} />
      </div>
      <Panel title="Export"><Facts of={[['Format', one.format], ['Orders', one.status ? words(one.status) : 'all'], ['By', <Who name={one.requestedBy} />], ['Began', <When at={one.startedAt} />], one.endedAt && ['Ended', <When at={one.endedAt} />], one.cancelReason && ['Cancelled because', one.cancelReason]]} /></Panel>
      {skipped.data && skipped.data.items.length > 0 && <Panel title="What could not be read"><Table caption="Orders that could not be read" rows={skipped.data.items} rowKey={(record) => record.key} columns={[{ key: 'key', head: 'Key', cell: (record) => <span class="id">{record.key}</span> }, { key: 'why', head: 'Why', isWide: true, cell: (record) => record.message }]} /></Panel>}
    </PageFrame>
  );
}
