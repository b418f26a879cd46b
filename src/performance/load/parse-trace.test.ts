import { describe, expect, it, test } from 'vitest';
import { WizardError } from '../../errors/wizard-error.ts';
import { parseTrace } from './parse-trace.ts';

describe('parseTrace', () => {
  test.each([
    {
      why: 'Azure: dates with seven decimals',
      text: 'TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:17:03.9799600,4808,10\n2023-11-16 18:17:04.0319600,3180,8\n',
      want: [
        { sendS: 0, promptTokens: 4808, outputTokens: 10 },
        { sendS: 0.052, promptTokens: 3180, outputTokens: 8 },
      ],
      emptyRows: 0,
    },
    {
      why: 'Azure 2024: dates with a zone',
      text: 'TIMESTAMP,ContextTokens,GeneratedTokens\n2024-05-10 00:00:00.5+00:00,10,2\n2024-05-10 00:00:02.5+00:00,20,3\n',
      want: [
        { sendS: 0, promptTokens: 10, outputTokens: 2 },
        { sendS: 2, promptTokens: 20, outputTokens: 3 },
      ],
      emptyRows: 0,
    },
    {
      why: 'BurstGPT: seconds; a failed request answers nothing',
      text: 'Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type\n5,ChatGPT,472,18,490,Conversation log\n45,ChatGPT,1087,0,1087,Conversation log\n118,GPT-4,417,276,693,Conversation log\n',
      want: [
        { sendS: 0, promptTokens: 472, outputTokens: 18 },
        { sendS: 113, promptTokens: 417, outputTokens: 276 },
      ],
      emptyRows: 1,
    },
    {
      why: 'plain, out of order, with a byte-order mark and Windows line ends',
      text: '\uFEFFtimestamp,prompt,output\r\n3.5,30,3\r\n1.25,10,1\r\n',
      want: [
        { sendS: 0, promptTokens: 10, outputTokens: 1 },
        { sendS: 2.25, promptTokens: 30, outputTokens: 3 },
      ],
      emptyRows: 0,
    },
  ])('$why', ({ text, want, emptyRows }) => {
    const trace = parseTrace(text, 'load.csv');
    expect(trace.emptyRows).toBe(emptyRows);
    expect(trace.requests).toHaveLength(want.length);
    for (const [index, { sendS, ...lengths }] of want.entries()) {
      expect(trace.requests[index]).toMatchObject(lengths);
      expect(trace.requests[index]?.sendS).toBeCloseTo(sendS, 6);
    }
  });

  test.each([
    { why: 'no header', text: '1,2,3\n', problem: 'The trace load.csv has no column for the timestamp.' },
    { why: 'no column of outputs', text: 'timestamp,prompt\n1,2\n', problem: 'The trace load.csv has no column for the output.' },
    {
      why: 'a word for a count',
      text: 'timestamp,prompt,output\n1,2,3\n2,x,3\n',
      problem: 'The trace load.csv has "x" as the prompt in line 3.',
    },
    { why: 'a row cut short', text: 'timestamp,prompt,output\n1,2\n', problem: 'The trace load.csv has "" as the output in line 2.' },
    { why: 'a negative count', text: 'timestamp,prompt,output\n1,-2,3\n', problem: 'The trace load.csv has "-2" as the prompt in line 2.' },
    {
      why: 'nothing but a header',
      text: 'timestamp,prompt,output\n',
      problem: 'The trace load.csv holds no request with a prompt and an answer.',
    },
  ])('refuses $why', ({ text, problem }) => {
    expect(() => parseTrace(text, 'load.csv')).toThrow(problem);
  });

  it('says what to do', () => {
    try {
      parseTrace('a,b\n', 'load.csv');
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(WizardError);
      expect(error).toMatchObject({ code: 'FILE_UNREADABLE', fix: expect.stringContaining('timestamp') });
    }
  });
});
