// SPDX-License-Identifier: Apache-2.0
const WIDTH = 32;

/** Runs `work` on all items, some at once, with a bar where there is a terminal to draw it on. */
export async function inProgress<T, R>(
  label: string,
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = new Array<R>(items.length);
  let next = 0;
  let done = 0;
  const draw = (): void => {
    if (!process.stdout.isTTY) return;
    const filled = items.length === 0 ? WIDTH : Math.round((done / items.length) * WIDTH);
    process.stdout.write(`\r   ${label} ${'█'.repeat(filled)}${'░'.repeat(WIDTH - filled)} ${done}/${items.length}`);
  };
  const worker = async (): Promise<void> => {
    for (let index = next++; index < items.length; index = next++) {
      results[index] = await work(items[index] as T);
      done += 1;
      draw();
    }
  };
  draw();
  const started = performance.now();
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
  if (process.stdout.isTTY) process.stdout.write('\r\u001b[2K');
  console.log(`   ${label}: ${done} in ${((performance.now() - started) / 1000).toFixed(1)} s`);
  return results;
}
