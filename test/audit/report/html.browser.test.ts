import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { AxeResults } from 'axe-core';
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
  type Request,
} from 'playwright-core';
import { type AuditReport, auditPath, render } from '../../../audit';
import { findChromium } from '../../support/chromium';
import { fixture, temporaryFolder } from '../support';
import { findingOf, HOSTILE, reportFullOf, reportWith, rowWith } from './sample';

const executablePath = findChromium();
const reason = executablePath === undefined ? ' (skipped: no Chromium on PATH, CHROMIUM_PATH names another)' : '';
const whereChromiumIs = executablePath === undefined ? describe.skip : describe;

/** What a browser could take for markup; the others are hostile to terminals, tables and CI systems, and are opened together. */
const isMarkup = (text: string) => /[<>&"']/.test(text);

/** The environment without a moved clock: under libfaketime Chromium does not come up. */
function ownClock(): Record<string, string> {
  const { LD_PRELOAD: _, ...environment } = process.env;
  return environment as Record<string, string>;
}

const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

whereChromiumIs(`the HTML report in Chromium${reason}`, () => {
  const folder = temporaryFolder();
  let browser: Browser;

  beforeAll(async () => {
    // Whoever runs the tests as root, as containers do, has no user namespace for the sandbox.
    browser = await chromium.launch({ executablePath: executablePath ?? '', args: ['--no-sandbox'], env: ownClock() });
  }, 60_000);

  afterAll(() => browser.close());

  const contexts = new Map<string, Promise<BrowserContext>>();

  /** Contexts keep nothing of a page that has no storage: one for each set of options saves a second for each page. */
  function contextWith(options: BrowserContextOptions): Promise<BrowserContext> {
    const key = JSON.stringify(options);
    const context = contexts.get(key) ?? browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
    contexts.set(key, context);
    return context;
  }

  afterEach(async () => {
    for (const context of contexts.values()) {
      await Promise.all((await context).pages().map((page) => page.close()));
    }
  });

  /** Opens the report; what the page asks for and complains about is written down. */
  async function open(
    report: AuditReport,
    options: BrowserContextOptions = {},
  ): Promise<{ page: Page; requests: Request[]; complaints: string[] }> {
    const file = join(folder, 'report.html');
    writeFileSync(file, render(report, 'html'));
    const page = await (await contextWith(options)).newPage();
    const requests: Request[] = [];
    const complaints: string[] = [];
    page.on('request', (request) => requests.push(request));
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('dialog', (dialog) => {
      complaints.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    await page.goto(pathToFileURL(file).href);
    return { page, requests, complaints };
  }

  const report = auditPath(fixture('route-without-rule'));

  test('asks for nothing but itself, and its own policy lets it run', async () => {
    const { page, requests, complaints } = await open(report);

    expect(await page.textContent('h1')).toBe('Plan audit');
    expect(await page.textContent('#matrix .shown')).toBe('6 of 6 shown');
    expect(requests.map((request) => request.url())).toEqual([page.url()]);
    expect(complaints).toEqual([]);
  });

  test('its policy forbids every other script, style, image and request', async () => {
    const { page, requests } = await open(report);
    const blocked = await page.evaluate(`(async () => {
      const found = [];
      document.addEventListener('securitypolicyviolation', (event) => found.push(event.effectiveDirective));
      const script = document.createElement('script');
      script.textContent = 'document.title = "changed"';
      document.body.append(script);
      const style = document.createElement('style');
      style.textContent = 'body { display: none }';
      document.head.append(style);
      const image = document.createElement('img');
      image.src = 'https://example.org/x.png';
      document.body.append(image);
      await fetch('https://example.org/').catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, 200));
      return found.sort();
    })()`);

    expect(blocked).toEqual(['connect-src', 'img-src', 'script-src-elem', 'style-src-elem']);
    expect(await page.title()).not.toBe('changed');
    expect(requests.filter((request) => request.failure()?.errorText !== 'csp')).toEqual([requests[0]]);
  });

  test.each(['light', 'dark'] as const)(
    'axe finds nothing in the %s colours, with all that can be unfolded',
    async (colorScheme) => {
      const full = reportFullOf('aws_example.name');
      const findings = [...full.findings, ...report.findings];
      const { page } = await open({ ...full, findings, matrix: report.matrix }, { colorScheme });
      await page.evaluate("document.querySelectorAll('details').forEach((details) => { details.open = true; })");
      await page.evaluate(AXE);
      const { violations, passes } = (await page.evaluate('axe.run()')) as AxeResults;

      expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
      expect(passes.map(({ id }) => id)).toEqual(expect.arrayContaining(['color-contrast', 'label', 'region']));
    },
    60_000,
  );

  test('can be used by keyboard alone', async () => {
    const { page } = await open(report);
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the findings');

    await page.keyboard.press('/');
    await page.keyboard.type('delete /orders');
    expect(await page.locator('#findings [data-item]:visible').count()).toBe(1);
    const total = report.findings.filter(({ verdict }) => verdict !== 'pass').length;
    expect(await page.textContent('#findings .shown')).toBe(`1 of ${total} shown`);

    await page.keyboard.press('Escape');
    expect(await page.locator('#findings [data-item]:visible').count()).toBe(total);

    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.id')).toBe('findings-verdict');
    await page.keyboard.press('u');
    const unknown = report.findings.filter(({ verdict }) => verdict === 'unknown').length;
    expect(await page.locator('#findings [data-item]:visible').count()).toBe(unknown);

    await page.focus('#findings details summary:visible');
    await page.keyboard.press('Enter');
    expect(await page.locator('#findings details[open]').count()).toBe(1);
  });

  test('a table that is too long scrolls by keyboard', async () => {
    const matrix = Array.from({ length: 200 }, (_, index) => ({ ...rowWith('x'), path: `/v1/${index}` }));
    const { page } = await open(reportWith([], { matrix }));
    await page.focus('#matrix .scroll');
    await page.keyboard.press('End');

    // Not waitForFunction: the page's policy forbids what it does in the page.
    const scrolled = () => page.evaluate("document.querySelector('#matrix .scroll').scrollTop");
    while (Number(await scrolled()) <= 100) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(await scrolled()).toBeGreaterThan(100);
  });

  test('an API without a row that is searched for is hidden', async () => {
    const matrix = ['one', 'two'].map((api) => ({ ...rowWith('x'), api, path: `/${api}` }));
    const { page } = await open(reportWith([], { matrix }));
    await page.fill('#matrix-search', '/TWO');

    expect(await page.locator('#matrix h3:visible').allTextContents()).toEqual(['REST API two, stage x, stack stack']);
  });

  test('is complete without JavaScript', async () => {
    const { page } = await open(report, { javaScriptEnabled: false });

    expect(await page.locator('#matrix tbody tr:visible').count()).toBe(report.matrix.length);
    expect(await page.locator('.filters:visible').count()).toBe(0);
  });

  test('needs no scrolling sideways on a narrow screen', async () => {
    const { page } = await open(report, { viewport: { width: 360, height: 740 } });

    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
  });

  test('no name from a plan becomes markup or runs', async () => {
    for (const hostile of [...HOSTILE.filter(isMarkup), HOSTILE.filter((text) => !isMarkup(text)).join(' ')]) {
      const { page, requests, complaints } = await open(reportFullOf(hostile));
      const foreign = await page.evaluate(`[...document.querySelectorAll('*')]
        .filter((element) =>
          ['IMG', 'IFRAME', 'OBJECT', 'SVG', 'B', 'I'].includes(element.tagName) ||
          [...element.attributes].some(({ name }) => name.startsWith('on')))
        .map(({ outerHTML }) => outerHTML)`);

      expect({ foreign, complaints, requests: requests.length }).toEqual({ foreign: [], complaints: [], requests: 1 });
      expect(await page.locator('script').count()).toBe(1);
      expect(await page.textContent('#findings')).toContain('hostile');
      await page.close();
    }
  }, 180_000);

  test('a finding tells its place and its line', async () => {
    const source = { file: 'stacks/api.ts', line: 12, column: 5 };
    const { page } = await open(reportWith([findingOf({ source, construct: 'gateway-dev/Api' })]));

    const article = await page.textContent('#findings article');
    expect(article).toContain('gateway-dev/Api');
    expect(article).toContain('stacks/api.ts:12:5');
  });
});
