// A screenshot of flat colours needs no 16 million of them: as 256 of a palette it is a third of the size.
import assert from 'node:assert/strict';
import { crc32, deflateSync, inflateSync } from 'node:zlib';

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** Pixels of an RGB PNG as Chromium writes it: eight bits a channel, not interlaced. */
function read(png) {
  const parts = [];
  let width = 0;
  let height = 0;
  for (let at = signature.length; at < png.length; at += 12 + png.readUInt32BE(at)) {
    const type = png.toString('latin1', at + 4, at + 8);
    const data = png.subarray(at + 8, at + 8 + png.readUInt32BE(at));
    if (type === 'IHDR') {
      [width, height] = [data.readUInt32BE(0), data.readUInt32BE(4)];
      assert.deepEqual([...data.subarray(8)], [8, 2, 0, 0, 0], 'not an RGB picture');
    } else if (type === 'IDAT') parts.push(data);
  }
  const raw = inflateSync(Buffer.concat(parts));
  const line = width * 3;
  const pixels = Buffer.alloc(line * height);
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (line + 1)];
    for (let x = 0; x < line; x++) {
      const left = x >= 3 ? pixels[y * line + x - 3] : 0;
      const up = y > 0 ? pixels[(y - 1) * line + x] : 0;
      const corner = x >= 3 && y > 0 ? pixels[(y - 1) * line + x - 3] : 0;
      pixels[y * line + x] = raw[y * (line + 1) + 1 + x] + [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter];
    }
  }
  return { width, height, pixels };
}

function paeth(left, up, corner) {
  const guess = left + up - corner;
  const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)];
  return a <= b && a <= c ? left : b <= c ? up : corner;
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const whole = Buffer.alloc(body.length + 8);
  whole.writeUInt32BE(data.length, 0);
  body.copy(whole, 4);
  whole.writeUInt32BE(crc32(body), body.length + 4);
  return whole;
}

/** Of a picture that toPalette has made, the colour of each pixel; null of any other. */
function colours(png) {
  const parts = new Map();
  for (let at = signature.length; at < png.length; at += 12 + png.readUInt32BE(at)) parts.set(png.toString('latin1', at + 4, at + 8), png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
  const [header, palette] = [parts.get('IHDR'), parts.get('PLTE')];
  if (!palette || header[8] !== 8 || header[9] !== 3) return null;
  const width = header.readUInt32BE(0);
  const lines = inflateSync(parts.get('IDAT'));
  return { width, height: header.readUInt32BE(4), channels: Buffer.concat([...lines].flatMap((index, at) => (at % (width + 1) === 0 ? [] : [palette.subarray(index * 3, index * 3 + 3)]))) };
}

/** The browser rounds the edge of a curve one time up and another time down, which nobody sees. */
const unseen = 12;

/** Whether two pictures that toPalette has made show the same. */
export function showTheSame(one, other) {
  const [a, b] = [colours(one), colours(other)];
  return a !== null && b !== null && a.width === b.width && a.height === b.height && a.channels.every((value, at) => Math.abs(value - b.channels[at]) <= unseen);
}

/** The commonest colours, and the commonest of each kind: a small badge has its colours too, though few pixels are of them. */
function choose(counts) {
  const sorted = [...counts].sort((a, b) => b[1] - a[1]).map(([colour]) => colour);
  const kinds = new Map();
  for (const colour of sorted) if (!kinds.has(colour & 0xf0f0f0)) kinds.set(colour & 0xf0f0f0, colour);
  return [...new Set([...sorted.slice(0, 64), ...kinds.values()])].slice(0, 256);
}

/** Each colour that is not chosen becomes the nearest one that is. */
export function toPalette(png) {
  const { width, height, pixels } = read(png);
  const counts = new Map();
  for (let at = 0; at < pixels.length; at += 3) counts.set(pixels.readUIntBE(at, 3), (counts.get(pixels.readUIntBE(at, 3)) ?? 0) + 1);
  const palette = choose(counts);
  const channels = (colour) => [colour >> 16, (colour >> 8) & 255, colour & 255];
  const distance = (one, other) => channels(one).reduce((sum, value, index) => sum + (value - channels(other)[index]) ** 2, 0);
  const nearest = new Map(palette.map((colour, index) => [colour, index]));
  for (const colour of counts.keys()) {
    if (!nearest.has(colour)) nearest.set(colour, palette.reduce((best, other, index) => (distance(colour, other) < distance(colour, palette[best]) ? index : best), 0));
  }
  const lines = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) lines[y * (width + 1) + 1 + x] = nearest.get(pixels.readUIntBE((y * width + x) * 3, 3));
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3, 0, 0, 0], 8);
  return Buffer.concat([signature, chunk('IHDR', header), chunk('PLTE', Buffer.from(palette.flatMap(channels))), chunk('IDAT', deflateSync(lines, { level: 9, memLevel: 9 })), chunk('IEND', Buffer.alloc(0))]);
}
