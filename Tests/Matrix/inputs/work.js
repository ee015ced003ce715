// The Node work of the program matrix: prints only what is the same on every run.
'use strict';
const { Worker, isMainThread, workerData, parentPort } = require('worker_threads');
const crypto = require('crypto');
const zlib = require('zlib');
const fs = require('fs');
const { execFile } = require('child_process');
const { pipeline } = require('stream/promises');
const { promisify } = require('util');

let seed = 1;
const number = () => (seed = (seed * 16807) % 2147483647);
const digest = (value) => crypto.createHash('sha256').update(typeof value === 'string' || Buffer.isBuffer(value) ? value : JSON.stringify(value)).digest('hex').slice(0, 20);

function churn(start) {
  seed = start;
  const table = new Map();
  for (let i = 0; i < 100000; i++) {
    const n = number();
    table.set('k' + (n % 20011), { n, list: [n % 7, n % 11] });
    if (n % 13 === 0) table.delete('k' + (n % 3001));
  }
  const buffers = [];
  for (let i = 0; i < 500; i++) {
    const buffer = Buffer.alloc(1 + (number() % 50000), i % 256);
    buffers[i % 50] = buffer;
  }
  return digest([...table].sort((a, b) => (a[0] < b[0] ? -1 : 1)).slice(0, 5000)) + digest(Buffer.concat(buffers));
}

async function main() {
  const records = Array.from({ length: 30000 }, (_, i) => ({ i, name: 'name ' + (number() % 977), tags: [number() % 5, 'x'.repeat(number() % 30)] }));
  const text = JSON.stringify(records);
  console.log('json', text.length, digest(JSON.parse(text)));
  console.log('churn', churn(5));

  const data = Buffer.from(text);
  for (const [squeeze, expand] of [['gzip', 'gunzip'], ['brotliCompress', 'brotliDecompress'], ['deflateRaw', 'inflateRaw']]) {
    const options = squeeze === 'brotliCompress' ? { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 4 } } : {};
    const results = await Promise.all(Array.from({ length: 4 }, () => promisify(zlib[squeeze])(data, options)));
    const back = await Promise.all(results.map((r) => promisify(zlib[expand])(r)));
    console.log('zlib', squeeze, back.every((b) => b.equals(data)));
  }

  const keys = await Promise.all(Array.from({ length: 8 }, (_, i) => promisify(crypto.scrypt)('password', 'salt' + i, 64, { N: 2048 })));
  console.log('crypto', digest(Buffer.concat(keys)));

  for (let round = 0; round < 3; round++) {
    const workers = [11, 12, 13, 14].map((start) => new Promise((resolve, reject) => {
      const worker = new Worker(__filename, { workerData: start, resourceLimits: { maxOldGenerationSizeMb: 256 } });
      worker.once('message', resolve);
      worker.once('error', reject);
    }));
    console.log('workers', (await Promise.all(workers)).map((r) => r.slice(0, 8)).join(' '));
  }

  const outputs = await Promise.all(Array.from({ length: 30 }, (_, i) => promisify(execFile)('/bin/echo', ['child', String(i)])));
  console.log('children', digest(outputs.map((o) => o.stdout)));

  fs.writeFileSync('data', data);
  await pipeline(fs.createReadStream('data'), zlib.createGzip(), zlib.createGunzip(), fs.createWriteStream('copy'));
  console.log('streams', digest(fs.readFileSync('copy')) === digest(data));
  const files = await Promise.all(Array.from({ length: 200 }, async (_, i) => {
    await fs.promises.writeFile('file' + i, 'x'.repeat(i * 50));
    return (await fs.promises.readFile('file' + i)).length;
  }));
  console.log('files', files.reduce((a, b) => a + b));
}

if (isMainThread) main(); else parentPort.postMessage(churn(workerData));
