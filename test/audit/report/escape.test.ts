import {
  commandMessage,
  commandProperty,
  csv,
  json,
  markdown,
  markup,
  noCommand,
  printable,
} from '../../../audit/report/escape';
import { HOSTILE } from './sample';

describe('printable', () => {
  test.each(HOSTILE)('%j: no control character, mark of direction or half pair is left', (text) => {
    expect(printable(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029\uFFFE\uFFFF]/u);
  });

  test('letters of any language and emoji stay', () => {
    expect(printable('Zürich 東京 🚀')).toBe('Zürich 東京 🚀');
  });
});

describe('markup', () => {
  test.each(HOSTILE)('%j holds none of the characters of markup', (text) => {
    expect(markup(text)).not.toMatch(/[<>"']|&(?!(?:amp|lt|gt|quot|#39);)/);
  });
});

describe('markdown', () => {
  test.each(HOSTILE)('%j keeps nothing that Markdown or GitHub would read', (text) => {
    const rest = markdown(text)
      .replaceAll('<!-- -->', '')
      .replace(/&#\d+;/g, '');

    expect(rest).not.toMatch(/[<>&|`*[\]@#~\\!\r\n]|:(?! )|(?<!\w)_|_(?!\w)/);
  });

  test('no address becomes a link', () => {
    expect(markdown('https://example.org www.example.org')).toBe('https&#58;//example.org www&#46;example.org');
  });

  test('a mention and a reference to an issue are split', () => {
    expect(markdown('@team #12')).toBe('&#64;<!-- -->team &#35;<!-- -->12');
  });
});

describe('csv', () => {
  test.each(['=1+1', '+1', '-1', '@SUM(1)'])('%s is no formula', (text) => {
    expect(csv(text)).toBe(`'${text}`);
  });

  test('a leading tab or line end, by which a formula could hide, is replaced', () => {
    expect(csv('\t=1+1')).toBe('\uFFFD=1+1');
  });

  test('quotes and commas are quoted', () => {
    expect(csv('a "b", c')).toBe('"a ""b"", c"');
  });
});

describe('workflow commands', () => {
  test.each(HOSTILE)('%j stays within its command', (text) => {
    expect(commandMessage(text)).not.toMatch(/[\r\n]|%(?!25)/);
    expect(commandProperty(text)).not.toMatch(/[\r\n:,]|%(?!25|3A|2C)/);
  });

  test('a line of plain text is no command', () => {
    expect(noCommand('  ::error::x')).toBe('  \uA789:error::x');
    expect(noCommand('x ##[group]y ##vso[task.complete]')).toBe('x #\u266F[group]y #\u266Fvso[task.complete]');
  });

  test('ARNs stay as they are', () => {
    expect(noCommand('arn:aws:iam::123456789012:role/x')).toBe('arn:aws:iam::123456789012:role/x');
  });
});

describe('json', () => {
  test.each(HOSTILE)('%j is read back, and holds no character that a terminal would obey', (text) => {
    const written = json({ [text]: [text] });

    expect(JSON.parse(written)).toEqual({ [text]: [text] });
    expect(written).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u);
  });
});
