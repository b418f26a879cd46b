/** What docs/kernels.md says before its figures. */
export const INTRODUCTION = `<!-- Written by npx unrun scripts/report-kernels.ts; do not edit. -->

# Measured kernels

Forecasts on ten GPUs rest on kernel times that the public project
[ai-dynamo/aiconfigurator](https://github.com/ai-dynamo/aiconfigurator) measured (snapshot of 2026-08-21, Apache-2.0; see
\`src/catalog/data/kernels-NOTICE.md\`). \`scripts/import-kernels.ts\` distils its Parquet tables into one pack (\`kernels-SYSTEM.bin\`) and one
manifest (\`kernels-SYSTEM.json\`: axes, unit, versions, place in the pack, hash of the pack) a GPU. The same input gives the same bytes.

A table holds 16-bit codes of log2(µs), 2048 to the octave (rounding error 1.7e-4), on a grid; a series is one shape of a kernel. Each
table is compressed by itself, so a plan reads only the ones that it asks for.

## Which measurement counts

- The newest vLLM version of each table, except where an older one timed the same shapes more than 15 % faster: block-scaled FP8 GEMMs
  were timed without a CUDA graph in 0.18, 0.22 and 0.24 (no shape below 50 to 240 µs, against 6 µs in 0.19), FP8 GEMMs of 0.24 contain
  an unfused quantization, and Hopper's per-tensor FP8 experts of 0.24 ran at a third of the memory's speed.
- Shapes of experts that only an older version measured are added where the two agree within 25 %.
- Rival measurements of one shape: the fastest. Parts of one operation (convolution and recurrence of linear attention): the sum.
- The A100 has few vLLM tables; weight-only and int8 GEMMs come from TensorRT-LLM, int4 experts and linear attention from SGLang.

## What the numbers contain

- GEMMs of \`fp8\`, \`fp8_block\` and \`nvfp4\` contain the quantization of their input, as one kernel of its own.
- Attention of 0.24 contains the write to the KV cache; that costs 2 to 3 µs in decode against the tables of 0.19.
- The \`mla\`, \`dsa\`, \`dsv4\` and \`msa\` modules contain their projections and were launched by the host: they have a floor (H100: 70 µs for
  MLA, 1.2 ms for a DSA prompt) that a captured graph does not have.
- Experts contain routing and both GEMMs, no communication. The tokens are those of all ranks that share the experts.
- \`custom-graph\` all-reduce is what vLLM runs in a graph: its own kernel for small messages, NCCL's for large ones.
- Norms, rotary embedding, activations of dense layers, sampling and the host's time are in no table.

## What a plan reads

The manifest (28 kB) and the tables of its own model's kernels: of seven plans (Llama-3.1-8B and 70B, MiniMax-M2.5, Kimi-K2.5 and
gpt-oss-120b on H100, H200 and B200) each read 3 to 5 tables, 52 to 177 kB compressed, in 1 to 6 ms. Experts are looked up under the more
uneven of the two measured routings (exponent 1.2), which benchmarks of random tokens come nearest to.

## Error of the lookup

Each figure is the error of the lookup for measurements that were taken out of the table first: one value of an axis at a time
(\`n\`, \`batch\`, …), or one shape (\`shape\`: another pair of head counts; \`other model\`: the nearest model's experts scaled by work, which the
lookup calls out of range). The gap that this leaves is twice the grid's own, so a question between two grid values fares better.
Most of what is left is steps (tiles, waves, splits) and noise of the measurement, which no interpolation removes. Collectives over 3, 5, 6
or 7 GPUs are poor on PCIe cards, and so is the A100's MLA kernel, whose times jump between neighbours.
`;
