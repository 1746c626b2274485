import { useEffect, useRef, useState } from 'preact/hooks';
import type { Problem } from '../api/client';

export interface Grammar {
  /** Field to the words that it takes; none of a field that takes anything. */
  fields: Record<string, readonly string[]>;
  examples: string[];
}

const operators = ['=', '!=', '<', '<=', '>', '>=', 'IN', 'BETWEEN', 'CONTAINS', 'STARTSWITH', 'AND', 'OR', 'NOT'];

/** What may stand where the cursor is: a value after an operator, else a field or a keyword. */
function suggest(text: string, grammar: Grammar): { from: number; words: string[] } {
  const word = /[\w.$-]*$/.exec(text)![0];
  const before = text.slice(0, text.length - word.length).trimEnd();
  const field = /([\w$.]+)\s*(?:=|!=|<>|==|\bIN\s*\((?:[^()]*,)?)$/i.exec(before)?.[1];
  const normal = (name: string) => name.replace(/[_-]/g, '').toLowerCase();
  const known = field && Object.keys(grammar.fields).find((name) => normal(name) === normal(field));
  const isOperator = !field && Object.keys(grammar.fields).some((name) => normal(name) === normal(/([\w$.]+)$/.exec(before)?.[1] ?? ''));
  const all = known ? grammar.fields[known]! : field ? [] : isOperator ? operators.slice(0, 10) : [...Object.keys(grammar.fields), ...(before ? ['AND', 'OR', 'NOT'] : ['NOT'])];
  return { from: text.length - word.length, words: all.filter((one) => one.toLowerCase().startsWith(word.toLowerCase()) && one.toLowerCase() !== word.toLowerCase()).slice(0, 10) };
}

interface FilterProps {
  value: string;
  label: string;
  grammar: Grammar;
  problem?: Problem;
  onApply: (text: string) => void;
}

/** A filter with completion; what the app says against it stands under the column that it means. */
export function FilterBox({ value, label, grammar, problem, onApply }: FilterProps) {
  const [text, setText] = useState(value);
  const [at, setAt] = useState(-1);
  const [isOpen, setOpen] = useState(false);
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => setText(value), [value]);

  const caret = box.current?.selectionStart ?? text.length;
  const found = isOpen ? suggest(text.slice(0, caret), grammar) : { from: 0, words: [] };
  const take = (word: string) => {
    const head = `${text.slice(0, found.from)}${word} `;
    setText(head + text.slice(caret).trimStart());
    setAt(-1);
    requestAnimationFrame(() => {
      box.current?.focus();
      box.current?.setSelectionRange(head.length, head.length);
    });
  };
  const apply = () => {
    setOpen(false);
    setAt(-1);
    onApply(text.trim());
  };
  const onKey = (event: KeyboardEvent) => {
    const { words } = found;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      if (!isOpen) setOpen(true);
      if (words.length > 0) setAt((before) => (before + (event.key === 'ArrowDown' ? 1 : words.length || 1) + (before < 0 && event.key === 'ArrowUp' ? 1 : 0)) % words.length);
    } else if (event.key === 'Tab' && !event.shiftKey && isOpen && at >= 0) take(words[at]!);
    else if (event.key === 'Enter') {
      if (isOpen && at >= 0 && words[at]) take(words[at]!);
      else apply();
    } else if (event.key === 'Escape') {
      if (isOpen) setOpen(false);
      else box.current?.blur();
    } else return;
    event.preventDefault();
  };
  const fault = problem?.errors?.find((error) => error.column !== undefined);
  return (
    <form class="filter" role="search" onSubmit={(e) => { e.preventDefault(); apply(); }}>
      <div class="filter-row">
        <div class="filter-field">
          <input
            ref={box} data-filter type="text" role="combobox" aria-label={label} aria-expanded={isOpen && found.words.length > 0} aria-controls="filter-words" aria-autocomplete="list"
            aria-activedescendant={at >= 0 ? `filter-word-${at}` : undefined} aria-invalid={fault ? 'true' : undefined} aria-describedby={fault ? 'filter-fault' : undefined}
            placeholder={grammar.examples[0]} value={text} spellcheck={false} autocomplete="off" maxLength={4000}
            onInput={(e) => { setText(e.currentTarget.value); setOpen(true); setAt(-1); }} onFocus={() => setOpen(true)} onBlur={() => setTimeout(() => setOpen(false), 150)} onKeyDown={onKey}
          />
          <ul id="filter-words" role="listbox" aria-label="Words" hidden={!isOpen || found.words.length === 0}>
            {found.words.map((word, index) => (
              <li key={word} id={`filter-word-${index}`} role="option" aria-selected={index === at} onMouseDown={(e) => { e.preventDefault(); take(word); }}>{word}</li>
            ))}
          </ul>
        </div>
        <button type="submit">Filter</button>
        {value && <button type="button" onClick={() => onApply('')}>Clear</button>}
      </div>
      {fault && (
        <div class="filter-fault" id="filter-fault" role="alert">
          <pre aria-hidden="true">{value}{'\n'}{' '.repeat(Math.max(0, (fault.column ?? 1) - 1))}^</pre>
          <p>Column {fault.column}: {fault.detail}</p>
        </div>
      )}
    </form>
  );
}
