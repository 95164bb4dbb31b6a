// duckdb_equals_csv.mjs PARQUET CSV: see equals_csv.mjs.
import { DuckDBInstance } from '@duckdb/node-api'
import { compareWithCsv, isPrice, isTime, priceText, timeText } from './equals_csv.mjs'

const [parquet, csv] = process.argv.slice(2)
const connection = await (await DuckDBInstance.create(':memory:')).connect()

function cell(value, name) {
  if (value === null) return null
  if (isTime(name)) return timeText(value.nanos)
  if (isPrice(name)) return priceText(value.value)
  return typeof value === 'number' && !name.includes('.') ? BigInt(value) : value
}

await compareWithCsv(csv, async names => {
  const columns = names.map(name => `"${name}"`).join(', ')
  const result = await connection.runAndReadAll(`SELECT ${columns} FROM '${parquet}'`)
  return result.getRows().map(row => row.map((value, i) => cell(value, names[i])))
})
