import { secretPattern } from '../../../lambdas/lib/api-token';
import { loadConfig } from '../../../stacks/config';
import { findConfig } from '../../options';

export interface PatternOptions {
  readonly config?: string;
  readonly gitleaks?: boolean;
}

/** Prints how secret scanners find the tokens and client secrets of the platform. */
export function printPattern({ config: file, gitleaks }: PatternOptions): void {
  const { config } = loadConfig(findConfig(file));
  const { brand } = config.tokens;
  const pattern = secretPattern(brand);
  const rule = [
    '[[rules]]',
    `id = "${brand}-token"`,
    `description = "API token or client secret of ${brand}"`,
    `regex = '''${pattern}'''`,
    `keywords = ["${brand.slice(0, 8)}"]`,
  ];
  process.stdout.write(`${gitleaks === true ? rule.join('\n') : pattern}\n`);
}
