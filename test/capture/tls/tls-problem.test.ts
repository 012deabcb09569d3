import { describe, expect, it } from 'vitest';
import { type TlsProblem, tlsProblemSentence } from '../../../src/capture/tls/tls-problem.ts';

describe('why TLS stays unread', () => {
  it('names the next step when no key log was given, and another when one was', () => {
    expect(tlsProblemSentence({ kind: 'no-secret' }, 0)).toContain('--keylog');
    expect(tlsProblemSentence({ kind: 'no-secret' }, 5)).toContain('another process');
  });

  it('has a sentence for each', () => {
    const problems: TlsProblem[] = [
      { kind: 'joined-midway' },
      { kind: 'hello-missing' },
      { kind: 'version-not-read', version: 'TLSv1.1' },
      { kind: 'suite-not-read', suite: '0x000a' },
      { kind: 'keys-do-not-fit' },
      { kind: 'record-damaged' },
      { kind: 'not-tls' },
    ];
    const sentences = problems.map((problem) => tlsProblemSentence(problem, 1));
    expect(new Set(sentences).size).toBe(problems.length);
    for (const sentence of sentences) expect(sentence).toMatch(/\.$/);
    expect(sentences[1 + 1]).toContain('TLSv1.1');
  });
});
