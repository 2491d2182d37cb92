import { markup } from '../escape';

/** A part of the page. */
export interface HtmlSection {
  readonly id: string;
  readonly title: string;
  readonly lines: readonly string[];
}

/** A row of a table; its cells are markup already. */
export interface HtmlRow {
  readonly attributes: string;
  readonly cells: readonly string[];
}

/** A table in a region that scrolls, also by keyboard; the first cell of a row is its heading. */
export function table(caption: string, titles: readonly string[], rows: readonly HtmlRow[]): string[] {
  return [
    `<div class="scroll" role="region" tabindex="0" aria-label="${markup(`${caption}, table`)}">`,
    `<table><caption class="skip">${markup(caption)}</caption>`,
    `<thead><tr>${titles.map((title) => `<th scope="col">${markup(title)}</th>`).join('')}</tr></thead>`,
    '<tbody>',
    ...rows.map(({ attributes, cells }) => {
      const [first = '', ...rest] = cells;
      return `<tr${attributes}><th scope="row">${first}</th>${rest.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
    }),
    '</tbody></table>',
    '</div>',
  ];
}

/** The controls that filter the items of a section: a search, and a choice for each attribute. */
export function filters(id: string, choices: Readonly<Record<string, readonly string[]>>): string[] {
  return [
    '<div class="filters" hidden>',
    `<label for="${id}-search">search<input id="${id}-search" type="search" autocomplete="off" spellcheck="false"></label>`,
    ...Object.entries(choices).map(([name, values]) => {
      const options = ['', ...values].map(
        (value) => `<option value="${markup(value)}">${value === '' ? 'all' : markup(value)}</option>`,
      );
      return `<label for="${id}-${name}">${name}<select id="${id}-${name}" name="${name}">${options.join('')}</select></label>`;
    }),
    '<p class="shown" role="status"></p>',
    '</div>',
  ];
}
