import { EXIT } from '../../errors';
import { printOne, tell } from '../../output/printer';
import { renderTable } from '../../output/table';
import { connect } from '../../token-service/connect';
import { type IssueOptions, requestOf } from './token-issue';

/** What the token service says of a request for a token. */
interface Validation {
  readonly valid: boolean;
  readonly faults: readonly { readonly pointer: string; readonly detail: string }[];
  readonly risks: readonly { readonly code: string; readonly text: string }[];
}

/** Says whether a token would be issued, and what is risky about it. Nothing is written. */
export async function validateToken(options: IssueOptions): Promise<void> {
  const { service, place } = await connect(options, 'token validate');
  const path = '/token-validations';
  const { body } = await service.ask<Validation>('validate the request for a token', path, requestOf(options));
  const { valid, faults, risks } = body;
  const risky = risks.length === 0 ? '' : `, with ${risks.length === 1 ? 'a risk' : `${risks.length} risks`}`;
  tell(`the token ${valid ? 'would' : 'would not'} be issued in ${place}${valid ? risky : ''}`);
  printOne(body, options, () => {
    const rows = [
      ...faults.map(({ pointer, detail }) => ({ kind: 'fault', what: pointer.replace(/^#\//, ''), text: detail })),
      ...risks.map(({ code, text }) => ({ kind: 'risk', what: code, text })),
    ];
    if (rows.length === 0) return '';
    return renderTable(
      [
        { heading: 'KIND', text: ({ kind }: (typeof rows)[number]) => kind },
        { heading: 'WHAT', text: ({ what }) => what },
        { heading: 'WHY', text: ({ text }) => text },
      ],
      rows,
    );
  });
  if (!valid) process.exitCode = EXIT.refusedData;
}
