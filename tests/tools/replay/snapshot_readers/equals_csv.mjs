// Whether rows that somebody has read are those of a .csv of snapshots.
import { readFileSync } from 'node:fs'

// As the .csv has them. Quotes are not looked for: the names of these instruments need none.
export function priceText(units) {
  if (units === null) return ''
  const digits = (units < 0n ? -units : units).toString().padStart(10, '0')
  const text = `${digits.slice(0, -9)}.${digits.slice(-9)}`.replace(/0+$/, '').replace(/\.$/, '')
  return (units < 0n ? '-' : '') + text
}

export function timeText(nanoseconds) {
  const second = new Date(Number(nanoseconds / 1_000_000n)).toISOString().slice(0, 19)
  return `${second}.${(nanoseconds % 1_000_000_000n).toString().padStart(9, '0')}Z`
}

export const isTime = name => name === 'cut' || name === 'event_time'
export const isPrice = name => name === 'last' || /^(bid|ask)_\d+$/.test(name)

// `read(names)` gives rows of those columns: text and whole numbers as the .csv has them, double
// values as numbers, null where there is none. Ends the process: 0 and the number of rows, or 1 and
// the first difference.
export async function compareWithCsv(path, read) {
  const [header, ...lines] = readFileSync(path, 'latin1').trimEnd().split('\n')
  const names = header.split(',')
  const rows = await read(names)
  const difference = firstDifference(names, rows, lines)
  console.log(difference ?? `${rows.length} rows`)
  process.exit(difference === null ? 0 : 1)
}

function firstDifference(names, rows, lines) {
  if (rows.length !== lines.length) return `${rows.length} rows instead of ${lines.length}`
  for (let at = 0; at < lines.length; ++at) {
    const cells = lines[at].split(',')
    for (let i = 0; i < names.length; ++i) {
      const got = rows[at][i] ?? ''
      const expected = typeof got === 'number' ? Number(cells[i]) : cells[i]
      if ((typeof got === 'bigint' ? got.toString() : got) !== expected || cells[i] === undefined) {
        return `row ${at}, ${names[i]}: ${got} instead of ${cells[i]}`
      }
    }
  }
  return null
}
