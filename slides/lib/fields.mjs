// fields.mjs - draws a header as the RFCs do, from a table of its fields: fields/NAME.txt.
//
// Lines `title: …`, `source: …` and, if a row has not 32 bits, `row: N`; then a line for each field, how many
// bits it has and its name. A star instead of a number is a field of any length, at the end.
import { readFileSync } from 'node:fs';
import { escape } from './text.mjs';

const WIDTH = 1152; // of the whole picture
const ROW = 58; // the height of a row
const TOP = 34; // room for the numbers of the bits

export function readFields(folder, name) {
  const header = { name, title: name, source: '', row: 32, fields: [] };
  for (const line of readFileSync(`${folder}/${name}.txt`, 'utf8').split('\n').filter(Boolean)) {
    const entry = line.match(/^(title|source|row): (.+)$/);
    const field = line.match(/^(\d+|\*) (.+)$/);
    if (entry) header[entry[1]] = entry[1] === 'row' ? Number(entry[2]) : entry[2];
    else if (field) header.fields.push({ bits: Number(field[1]) || 0, name: field[2] });
    else throw new Error(`fields/${name}.txt: '${line}' is neither 'BITS NAME' nor 'title: …'`);
  }
  return header;
}

// How many bytes it has, without fields of any length.
export const bytesOf = (header) => header.fields.reduce((sum, field) => sum + field.bits, 0) / 8;

// Gives each field its place: x and width in bits, y and height in rows of the drawing, where an address of
// many rows has only two. Returns how many rows there are.
function place(header) {
  let at = 0;
  let y = 0;
  for (const field of header.fields) {
    const bits = field.bits || header.row;
    const rows = Math.max(1, bits / header.row);
    Object.assign(field, {
      x: at % header.row,
      y,
      width: Math.min(bits, header.row),
      height: Math.min(2, rows),
    });
    field.label = rows > 1 ? `${field.name} (${field.bits / 8} bytes)` : field.name;
    if (field.x + field.width > header.row || !Number.isInteger(rows))
      throw new Error(`fields/${header.name}.txt: '${field.name}' does not fit in its row`);
    at += bits;
    if (at % header.row === 0) y += field.height;
  }
  return at % header.row ? y + 1 : y;
}

// A long name in a narrow field stands on its side, letter by letter from bottom to top.
function nameOf(field, bit) {
  const x = ((field.x + field.width / 2) * bit).toFixed(1);
  const y = TOP + (field.y + field.height / 2) * ROW;
  const narrow = field.label.length * 13 > field.width * bit;
  const turned = narrow ? ` transform="rotate(-90 ${x} ${y})" font-size="20"` : '';
  return `<text x="${x}" y="${y + (narrow ? 7 : 8)}"${turned}>${escape(field.label)}</text>`;
}

// The picture; the fields in `marked` are coloured.
export function drawFields(header, marked = []) {
  const rows = place(header);
  const bit = WIDTH / header.row;
  const unknown = marked.filter((name) => !header.fields.some((field) => field.name === name));
  if (unknown.length) throw new Error(`fields/${header.name}.txt has no field '${unknown[0]}'`);
  const boxes = header.fields.map((field) => {
    const colour = marked.includes(field.name) ? ' class="marked"' : '';
    const dashed = field.bits ? '' : ' stroke-dasharray="8 6"';
    return (
      `<rect${colour} x="${field.x * bit + 1}" y="${TOP + field.y * ROW}" width="${field.width * bit}"` +
      ` height="${field.height * ROW}"${dashed}/>${nameOf(field, bit)}`
    );
  });
  const ticks = [];
  for (let n = 0; n < header.row; n += n % 8 === 7 ? 1 : 7)
    ticks.push(`<text class="tick" x="${(n + 0.5) * bit}" y="24">${n}</text>`);
  const words = header.fields.map(
    (field) => `${field.name}, ${field.bits ? `${field.bits} bits` : 'any length'}`,
  );
  const id = `fields-${header.name}-${marked.join('-').replace(/[^A-Za-z]+/g, '')}`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="fields" viewBox="0 0 ${WIDTH + 2} ${TOP + rows * ROW + 2}"`,
    ` role="img" aria-labelledby="${id}-title" aria-describedby="${id}-words">`,
    `<title id="${id}-title">${escape(header.title)}, ${header.row} bits in a row</title>`,
    `<desc id="${id}-words">${escape(words.join('; '))}.</desc>`,
    ...ticks,
    ...boxes,
    '</svg>',
  ].join('\n');
}
