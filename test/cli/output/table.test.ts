import { renderFields, renderTable } from '../../../cli/output/table';

const columns = [
  { heading: 'ID', text: (row: { id: string; name?: string }) => row.id },
  { heading: 'NAME', text: (row: { id: string; name?: string }) => row.name },
];

test('columns are as wide as their widest text, and lines have no spaces at their ends', () => {
  expect(
    renderTable(columns, [
      { id: 'a', name: 'grün' },
      { id: 'longer', name: 'x' },
    ]),
  ).toBe('ID      NAME\na       grün\nlonger  x\n');
});

test('what is absent is a hyphen', () => {
  expect(renderTable(columns, [{ id: 'a' }])).toBe('ID  NAME\na   -\n');
});

test('control characters of a text do not reach the terminal', () => {
  expect(renderTable(columns, [{ id: 'a', name: 'b\u001b[31m\nc' }])).toBe('ID  NAME\na   b [31m c\n');
  expect(renderFields([['name', 'a\u0007b']])).toBe('name  a b\n');
});

test('fields without a value are left out', () => {
  expect(
    renderFields([
      ['a', 'x'],
      ['longer', undefined],
      ['b', ''],
    ]),
  ).toBe('a  x\n');
});
