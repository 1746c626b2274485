import { computed, signal } from '@preact/signals';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Problem, refused, send, session, type Sent } from './client';

/** When each view on the screen was last answered, and which wait for an answer that does not come. */
const views = signal<Record<number, { at: number; lostBy: Problem | undefined }>>({});
let lastView = 0;

export const connection = computed(() => {
  const all = Object.values(views.value);
  const lost = all.filter((view) => view.lostBy);
  return {
    lostBy: lost[0]?.lostBy,
    at: lost.length > 0 ? Math.min(...lost.map((view) => view.at)) : Math.max(0, ...all.map((view) => view.at)),
  };
});

export interface Loaded<T> {
  /** Of this path; while another one is being read, what was there before. */
  data?: T;
  problem?: Problem;
  /** What is shown is not (or no longer) the answer to what is asked. */
  isBusy: boolean;
  reload: () => void;
}

interface Kept<T> {
  path: string | null;
  data?: T;
  problem?: Problem;
}

/**
 * Reads a path, or a query that is sent as a body, and reads it again while the page can be seen. What was read stays when the app does not answer; the header says from when it is.
 * @param every milliseconds, 0 for once
 * @param isDone of what changes no more
 */
export function useApi<T>(asked: string | Sent | null, every = 0, isDone?: (data: T) => boolean): Loaded<T> {
  const request: Sent | null = typeof asked === 'string' ? { method: 'GET', path: asked } : asked;
  const path = request && (request.body === undefined ? request.path : JSON.stringify(request));
  const [kept, keep] = useState<Kept<T>>({ path: null });
  const [turn, setTurn] = useState(0);
  const done = useRef(isDone);
  done.current = isDone;
  const caller = session.value;

  useEffect(() => {
    if (request === null) return;
    const view = ++lastView;
    const abort = new AbortController();
    let timer = 0;
    let failures = 0;
    let isWaiting = false;
    let at = 0;
    const tell = (lostBy?: Problem) => {
      if (!lostBy) at = Date.now();
      // What was never answered shows its problem in its own place.
      if (at > 0) views.value = { ...views.value, [view]: { at, lostBy } };
    };
    const read = async () => {
      if (document.visibilityState === 'hidden') {
        isWaiting = true;
        return;
      }
      try {
        const data = await send<T>(request, abort.signal);
        failures = 0;
        tell();
        keep({ path, data });
        if (done.current?.(data)) return;
      } catch (e) {
        if (abort.signal.aborted) return;
        const problem = e instanceof Problem ? e : new Problem(0, 'unreadable', 'The answer cannot be read.', String(e));
        if (problem.status === 401) {
          keep((before) => ({ path, data: before.path === path ? before.data : undefined, problem }));
          return;
        }
        if (problem.isTransient) {
          failures++;
          tell(problem);
          keep((before) => (before.path === path && before.data !== undefined ? before : { path, problem }));
        } else {
          keep({ path, problem });
        }
      }
      if (every > 0 || failures > 0) timer = window.setTimeout(read, Math.min(Math.max(every, 2000) * 2 ** Math.min(failures, 3), 15000));
    };
    const wake = () => {
      if (document.visibilityState === 'visible' && isWaiting) {
        isWaiting = false;
        void read();
      }
    };
    document.addEventListener('visibilitychange', wake);
    void read();
    return () => {
      abort.abort();
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', wake);
      const { [view]: _, ...rest } = views.value;
      views.value = rest;
    };
  }, [path, every, turn, caller]);

  const isOwn = kept.path === path;
  return {
    data: kept.data,
    problem: isOwn ? kept.problem : undefined,
    isBusy: path !== null && !isOwn && refused.value === '',
    reload: () => setTurn((n) => n + 1),
  };
}
