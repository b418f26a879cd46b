import { expect, test } from 'vitest';
import { artifactsPage } from './artifacts-page.ts';

test('docs/artifacts.md is what the kinds say; renew it with: npx vitest run test/docs/artifacts-page.test.ts --update', async () => {
  await expect(artifactsPage()).toMatchFileSnapshot('../../docs/artifacts.md');
});
