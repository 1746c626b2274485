import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { asked, change, go } from '../route';
import { isTyping } from './keys';
import { announce } from './live';

export interface Column<T> {
  key: string;
  head: string;
  cell: (row: T) => ComponentChildren;
  isNumber?: boolean;
  /** Takes what room is left. */
  isWide?: boolean;
}

interface TableProps<T> {
  caption: string;
  columns: Column<T>[];
  rows: T[];
  rowKey: (row: T) => string;
  href?: (row: T) => string;
  selected?: Set<string>;
  onSelect?: (selected: Set<string>) => void;
  isBusy?: boolean;
}

/** A table that is walked by j and k, opened by Enter and marked by x. On a narrow screen each row is a card. */
export function Table<T>({ caption, columns, rows, rowKey, href, selected, onSelect, isBusy }: TableProps<T>) {
  const body = useRef<HTMLTableSectionElement>(null);
  const now = useRef({ rows, selected, onSelect, href, rowKey });
  now.current = { rows, selected, onSelect, href, rowKey };

  const toggle = (key: string) => {
    const { selected: marked, onSelect: mark } = now.current;
    if (!marked || !mark) return;
    const next = new Set(marked);
    if (!next.delete(key)) next.add(key);
    mark(next);
    announce(`${key} ${next.has(key) ? 'selected' : 'not selected'}. ${next.size} selected.`);
  };

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const table = body.current;
      if (!table || isTyping(event) || event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]')) return;
      const shown = [...table.rows];
      const at = shown.findIndex((row) => row === document.activeElement || row.contains(document.activeElement));
      // Of several tables on a page, the keys are the one's that has the focus, or the first one's.
      const tables = [...document.querySelectorAll('table[data-keys] tbody')];
      const owner = tables.find((other) => other.contains(document.activeElement)) ?? tables[0];
      if (owner !== table) return;
      const { rows: all, href: open, rowKey: keyOf } = now.current;
      const row = all[at];
      if (event.key === 'j' || event.key === 'k') {
        shown[event.key === 'j' ? Math.min(shown.length - 1, at + 1) : Math.max(0, at - 1)]?.focus();
      } else if (event.key === 'x' && row) {
        toggle(keyOf(row));
      } else if (event.key === 'Enter' && row && open && document.activeElement === shown[at]) {
        go(open(row));
      } else {
        return;
      }
      event.preventDefault();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);

  const all = selected && rows.length > 0 && rows.every((row) => selected.has(rowKey(row)));
  return (
    <div class="table-wrap" aria-busy={isBusy ? 'true' : undefined}>
      <table data-keys role="table">
        <caption>{caption}</caption>
        <thead role="rowgroup">
          <tr role="row">
            {selected && (
              <th role="columnheader" scope="col" class="cell-mark">
                <input type="checkbox" aria-label="Select this page" checked={!!all} onChange={() => onSelect?.(new Set(all ? [] : rows.map(rowKey)))} />
              </th>
            )}
            {columns.map((column) => <th key={column.key} role="columnheader" scope="col" class={column.isNumber ? 'is-number' : column.isWide ? 'is-wide' : ''}>{column.head}</th>)}
          </tr>
        </thead>
        <tbody role="rowgroup" ref={body}>
          {rows.map((row) => {
            const key = rowKey(row);
            return (
              <tr key={key} role="row" tabIndex={-1} class={selected?.has(key) ? 'is-selected' : ''}>
                {selected && <td role="cell" class="cell-mark"><input type="checkbox" aria-label={`Select ${key}`} checked={selected.has(key)} onChange={() => toggle(key)} /></td>}
                {columns.map((column) => <td key={column.key} role="cell" data-head={column.head} class={column.isNumber ? 'is-number' : column.isWide ? 'is-wide' : ''}><div class="cell">{column.cell(row)}</div></td>)}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

/** Cards are longer than rows, and so fewer of them are a page. */
export const rowsOfPage = () => Number(asked('size')) || (matchMedia('(max-width: 760px)').matches ? 25 : 50);

/** The columns of a list are in its address; those that are usual need no word there. */
export const chosenColumns = (usual: string[]) => (asked('columns') ? asked('columns').split(',') : usual);

export function ColumnPicker<T>({ columns, chosen }: { columns: Column<T>[]; chosen: string[] }) {
  const toggle = (key: string) => columns.map((one) => one.key).filter((one) => (one === key ? !chosen.includes(one) : chosen.includes(one))).join(',');
  return (
    <details class="pick"><summary>Columns</summary><div>{columns.map((column) => (
      <label key={column.key} class="check"><input type="checkbox" checked={chosen.includes(column.key)} onChange={() => change({ columns: toggle(column.key) }, { replace: true, keepPage: true })} /> {column.head}</label>
    ))}</div></details>
  );
}

/** Pages go forward by token; back is the browser's. */
export function Pager({ next, shown, what }: { next?: string; shown: number; what: string }) {
  const page = asked('page');
  if (!page && !next) return null;
  return (
    <nav class="pager" aria-label="Pages">
      <span class="muted">{shown} {what} on this page</span>
      <button type="button" disabled={!page} onClick={() => change({ page: undefined })}>First</button>
      <button type="button" disabled={!page} onClick={() => history.back()}>Back</button>
      <button type="button" disabled={!next} onClick={() => change({ page: next }, { keepPage: true })}>Next</button>
    </nav>
  );
}
