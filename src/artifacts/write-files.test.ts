import * as nodeFs from 'node:fs/promises';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type WritableFs, writeFiles } from './write-files.ts';

const FILES = [
  { path: 'serve_command.sh', text: '#!/bin/sh\n', mode: 0o755 },
  { path: 'plan.json', text: '{}\n', mode: 0o644 },
];
const options = { force: false, fs: nodeFs };

let root = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'write-files-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const listed = async (dir: string): Promise<string[]> => (await readdir(dir)).sort();
const textOf = (name: string): Promise<string> => readFile(join(root, name), 'utf8');

/** The real file system, until the n-th rename. */
function failingAt(rename: number): WritableFs {
  let calls = 0;
  return {
    ...nodeFs,
    rename: (from, to) =>
      ++calls === rename ? Promise.reject(Object.assign(new Error('disk'), { code: 'ENOSPC' })) : nodeFs.rename(from, to),
  };
}

describe('writeFiles', () => {
  it('makes the folder, the files and a lock, and nothing else', async () => {
    const dir = join(root, 'a/b');
    expect(await writeFiles(dir, FILES, options)).toEqual({ written: ['serve_command.sh', 'plan.json'], unchanged: [] });
    expect(await listed(dir)).toEqual(['plan.json', 'plan.lock.json', 'serve_command.sh']);
    expect((await stat(join(dir, 'serve_command.sh'))).mode & 0o777).toBe(0o755);
    expect(JSON.parse(await readFile(join(dir, 'plan.lock.json'), 'utf8'))).toEqual({
      lock_version: 1,
      sha256: {
        'plan.json': 'ca3d163bab055381827226140568f3bef7eaac187cebd76878e0b63e9e442356',
        'serve_command.sh': 'a8076d3d28d21e02012b20eaf7dbf75409a6277134439025f282e368e3305abf',
      },
    });
  });

  it('makes folders inside, and takes them back when the writing fails', async () => {
    const nested = [...FILES, { path: 'kubernetes/base/pod.yaml', text: 'a: 1\n', mode: 0o644 }];
    await expect(writeFiles(root, nested, { force: false, fs: failingAt(4) })).rejects.toThrow(/the disk is full/);
    expect(await listed(root)).toEqual([]);
    await writeFiles(root, nested, options);
    expect(await textOf('kubernetes/base/pod.yaml')).toBe('a: 1\n');
    expect((await writeFiles(root, nested, options)).unchanged).toHaveLength(3);
  });

  it('says in the lock what the files were made from', async () => {
    const origin = { tool_version: '1.0.0', vllm_version: '0.33.0', inputs_sha256: 'ab' };
    await writeFiles(root, FILES, { ...options, origin });
    expect(JSON.parse(await textOf('plan.lock.json'))).toMatchObject({ lock_version: 1, ...origin });
  });

  it('writes again over its own files, and says what is unchanged', async () => {
    await writeFiles(root, FILES, options);
    const next = FILES.map((file) => (file.path === 'plan.json' ? { ...file, text: '{"a":1}\n' } : file));
    expect(await writeFiles(root, next, options)).toEqual({ written: ['plan.json'], unchanged: ['serve_command.sh'] });
    expect(await textOf('plan.json')).toBe('{"a":1}\n');
  });

  it('does not touch anything when one file was edited, unless forced', async () => {
    await writeFiles(root, FILES, options);
    await writeFile(join(root, 'serve_command.sh'), 'mine');
    const next = FILES.map((file) => ({ ...file, text: `${file.text}# 2\n` }));
    await expect(writeFiles(root, next, options)).rejects.toMatchObject({ code: 'FILE_EDITED', facts: { files: 'serve_command.sh' } });
    expect([await textOf('serve_command.sh'), await textOf('plan.json')]).toEqual(['mine', '{}\n']);
    await writeFiles(root, next, { ...options, force: true });
    expect(await textOf('serve_command.sh')).toBe('#!/bin/sh\n# 2\n');
  });

  it('does not overwrite a file that was there before', async () => {
    await writeFile(join(root, 'plan.json'), 'mine');
    await expect(writeFiles(root, FILES, options)).rejects.toMatchObject({ code: 'FILE_EDITED' });
    expect(await listed(root)).toEqual(['plan.json']);
  });

  it('remembers files of an earlier call with other words', async () => {
    await writeFiles(root, FILES, options);
    await writeFiles(root, FILES.slice(1), options);
    const next = FILES.map((file) => ({ ...file, text: 'new\n' }));
    expect((await writeFiles(root, next, options)).written).toEqual(['serve_command.sh', 'plan.json']);
  });

  it.each([1, 2, 3])('leaves everything as it was when rename %i fails', async (rename) => {
    await writeFiles(root, FILES, options);
    const before = await Promise.all((await listed(root)).map(textOf));
    const next = FILES.map((file) => ({ ...file, text: 'new\n' }));
    await expect(writeFiles(root, next, { force: false, fs: failingAt(rename) })).rejects.toMatchObject({ code: 'OUTPUT_NOT_WRITABLE' });
    expect(await Promise.all((await listed(root)).map(textOf))).toEqual(before);
  });

  it('leaves no folder behind when the first run fails', async () => {
    await expect(writeFiles(join(root, 'a/b'), FILES, { force: false, fs: failingAt(2) })).rejects.toThrow(/the disk is full/);
    expect(await listed(root)).toEqual([]);
  });

  it('explains a folder that is a file, and a file that is a folder', async () => {
    await writeFile(join(root, 'file'), '');
    await expect(writeFiles(join(root, 'file'), FILES, options)).rejects.toThrow(/it is a file/);
    await expect(writeFiles(join(root, 'file/below'), FILES, options)).rejects.toThrow(/a part of the path is a file/);
    await mkdir(join(root, 'plan.json'));
    await expect(writeFiles(root, FILES, options)).rejects.toThrow(/a folder stands where a file must go/);
    expect(await listed(root)).toEqual(['file', 'plan.json']);
  });

  it('explains a folder that is not ours', async () => {
    // Whoever runs the tests as root may write anywhere, so the file system refuses by itself.
    const denied = Object.assign(new Error('no'), { code: 'EACCES' });
    const fs: WritableFs = { ...nodeFs, mkdtemp: () => Promise.reject(denied) };
    await expect(writeFiles(root, FILES, { force: false, fs })).rejects.toThrow(/permission denied/);
    expect(await listed(root)).toEqual([]);
  });
});
