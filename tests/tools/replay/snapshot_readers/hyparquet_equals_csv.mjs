// hyparquet_equals_csv.mjs PARQUET CSV: see equals_csv.mjs.
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
import { compareWithCsv, isPrice, isTime, priceText, timeText } from './equals_csv.mjs'

const [parquet, csv] = process.argv.slice(2)
const file = await asyncBufferFromFile(parquet)

function cell(value, name) {
  if (value === null || value === undefined) return null
  if (isTime(name)) return timeText(value)
  // It makes doubles of decimals.
  if (isPrice(name)) return priceText(BigInt(Math.round(value * 1e9)))
  return typeof value === 'number' && !name.includes('.') ? BigInt(value) : value
}

await compareWithCsv(csv, async names => {
  // Its own dates are whole milliseconds.
  const parsers = { timestampFromNanoseconds: nanoseconds => nanoseconds }
  const rows = await parquetReadObjects({ file, compressors, columns: names, parsers })
  return rows.map(row => names.map(name => cell(row[name], name)))
})
