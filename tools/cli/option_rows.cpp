// The rows of the table of options, in the order of docs/commands.md.
#include <array>

#include "tools/cli/option_table.hpp"

namespace tapedeck::tools {
namespace {

// The commands that read recordings of any format.
constexpr std::string_view kReaders =
    "replay, batch, cat, symbols, convert, inspect, book, diff, verify itch, bench throughput, "
    "bench latency, bench saturate";

constexpr std::string_view kConfigurable =
    "replay, batch, simulate, cat, symbols, convert, inspect, book, diff, verify itch, verify "
    "lobster, bench throughput, bench latency, bench saturate, bench compare, doctor";

// "{formats}", "{strategies}" and "{presets}" stand for lists that others keep.
constexpr auto kRows = std::to_array<OptionRow>({
    {"replay, cat, symbols, convert, inspect, book, verify itch", "PATH", "", "",
     "Files, read one after another; - is standard input", ""},
    {"bench throughput", "PATH", "", "", "Files, read one after another in every round", ""},
    {"bench latency, bench saturate", "PATH", "", "",
     "Recorded files whose messages are the load; without any, a simulated market", ""},
    {"batch", "PATH", "", "", "Files, and folders: the files in them that have a known format", ""},
    {"diff", "A", "FILE", "", "A recording in any format", ""},
    {"diff", "B", "FILE", "", "Another recording", ""},
    {"bench compare", "A", "FILE", "",
     "Results of `bench latency --json` or `bench throughput --json`; - is standard input", ""},
    {"bench compare", "B", "FILE", "", "Results of another run", ""},
    {"completion", "SHELL", "bash|zsh|fish", "", "The shell to write a script for", ""},
    {kReaders, "--format", "{formats}", "by content",
     "The format of the files, instead of recognition by content", ""},
    {kReaders, "--framing", "auto|length|type|soup", "",
     "ITCH files: what says where a message ends: its length field, its type, its packet",
     "ITCH files: `length` uses the length in front of each message, `type` the length of the "
     "message's type, `soup` the packets of SoupBinTCP. `auto` is `soup` where the content begins "
     "with such packets, else `length`."},
    {"replay, cat, symbols, convert, inspect, book, verify itch, bench throughput, bench latency, "
     "bench saturate",
     "--orderbook", "FILE", "",
     "LOBSTER files: the book file, which completes the message file; else the one beside it", ""},
    {kReaders, "--date", "YYYY-MM-DD", "by file name", "Day of the recording",
     "Day of the recording, where times count from midnight. Without it, they have no date."},
    {"replay, batch, cat, symbols, convert, inspect, diff, verify itch, bench throughput, bench "
     "latency, bench saturate",
     "--symbols,--symbol", "A,B,...", "all",
     "Only these instruments: AAPL,GO*; of a LOBSTER file without a name, its own",
     "Only these [instruments](#instruments): names and patterns like `GO*`. A single name also "
     "names a LOBSTER file whose name says none."},
    {"book", "--symbols,--symbol", "NAME", "the only one", "The instrument",
     "The [instrument](#instruments). A single name also names a LOBSTER file whose name says "
     "none."},
    {kReaders, "--max-ratio", "N", "1000",
     "Compressed files: more output than this times the input is damage",
     "Compressed files (`.gz`, `.zst`, `.zip`): a file whose content exceeds N times its "
     "compressed size is damaged at that byte. Recordings stay below 100."},
    {kReaders, "--group", "ADDR:PORT,...", "all streams",
     "Captures: read this stream only; several addresses are its lines. May be repeated",
     "Captures: read only the stream that was sent to this address and port. Several addresses "
     "with "
     "commas are lines, which carry the same messages. Given more than once: a stream each. "
     "Without it, streams and their lines are found by their sessions and contents."},
    {"replay, cat, symbols, convert, inspect, book, diff, bench latency, bench saturate", "--tz",
     "ZONE", "of the feed",
     "Zone of times typed or shown: America/New_York, UTC, +02:00, local; files keep UTC",
     "The [zone](#times-and-zones) of times that are typed without one, or shown to people."},
    {"replay, symbols, inspect, bench throughput", "--parallel", "", "",
     "Every path is a channel of its own",
     "Every path becomes a channel of its own: venue 0, 1, ..."},
    {"replay", "--from", "TIME|@N", "the beginning",
     "Begin at a time like 10:31:07.5, or at message @N",
     "Begins at this [place](#places). Earlier messages are applied to the books at full speed. "
     "Strategies do not see them, and no snapshots are made of them."},
    {"replay", "--to", "TIME|@N", "the end", "End before a time, or before message @N",
     "Ends before this message, or before the first message of this time or later."},
    {"cat", "--from", "TIME|@N", "the beginning",
     "Begin at a time like 10:31:07.5, or at message @N",
     "Begins at this [place](#places). What is before is read, for the orders that it leaves."},
    {"convert", "--from", "TIME|@N", "the beginning",
     "Rows: begin at a time like 10:31:07.5, or at message @N",
     "Rows: begins at this [place](#places)."},
    {"cat", "--to", "TIME|@N", "the end", "End before a time, or before message @N",
     "Ends before this message, or before the first message of this time or later."},
    {"convert", "--to", "TIME|@N", "the end", "Rows: end before a time, or before message @N",
     "Rows: ends before this message, or before the first message of this time or later."},
    {"cat", "--kinds", "A,B,...", "all", "Only events of these kinds: add,execute,trade, ...",
     "Only events of these [kinds](formats.md#rows-of-events): `add,execute,trade`."},
    {"convert", "--kinds", "A,B,...", "all",
     "Rows: only events of these kinds: add,execute,trade, ...",
     "Rows: only events of these [kinds](formats.md#rows-of-events): `add,execute,trade`."},
    {"cat", "--limit", "N", "none", "End after this many events",
     "Ends after this many events, and reads no further."},
    {"cat", "--as", "text|jsonl|csv", "", "How events are written",
     "How events are written: lines for people, JSON lines, or CSV."},
    {"cat, convert", "--as-sent", "", "",
     "Rows: as the source sent them, without sides and prices of their orders",
     "Rows as the source sent them. Without it, events that name only an order's number get the "
     "side and the price of the order, which takes the time and the memory of keeping books."},
    {"replay", "--speed", "max|FACTOR", "max",
     "Replay by recorded time, times a factor like 1, 10 or 0.5; max: as fast as possible",
     "Replays by recorded time, times a factor: `1`, `10`, `0.5`. Several channels keep their "
     "distances in time. The summary says how late messages were. A pause of all channels that is "
     "longer than 15 minutes, between two days or where a time is damaged, is skipped and "
     "reported, unless it passes within 10 seconds. At a factor below 1 the limit is 15 minutes "
     "of wall-clock time."},
    {"replay", "--follow", "", "", "Tapes that are still being written: wait for more data",
     "Tapes that are still being written: waits for more data where a tape ends without its "
     "closing frame. A tape that is cut, replaced, written anew or deleted is damaged there, and "
     "the wait ends."},
    {"replay, batch", "--require-complete", "", "",
     "An end without the closing message is damage: exit 3",
     "An end without the closing message is exit 3 instead of a warning."},
    {"replay, batch, simulate", "--fail-on", "KIND,...", "",
     "Exit 3 where one of these was found: damage, left-out, incomplete, gaps, malformed, faults, "
     "suspect, stale, crossed, dropped, conflicting, unknown, times, warnings",
     "Exit 3 where one of these [findings](#findings) is made."},
    {"book, diff, verify itch", "--fail-on", "KIND,...", "",
     "Exit 3 where one of these was found: damage, left-out, incomplete, gaps, malformed, faults, "
     "suspect, stale, crossed, conflicting, unknown, times, warnings",
     "Exit 3 where one of these [findings](#findings) is made."},
    {"symbols, convert, inspect", "--fail-on", "KIND,...", "",
     "Exit 3 where one of these was found: damage, left-out, incomplete, gaps, malformed, "
     "conflicting, unknown, times, warnings",
     "Exit 3 where one of these [findings](#findings) is made."},
    {"replay, batch, simulate, symbols, convert, inspect, book, diff, verify itch", "--strict", "",
     "", "Exit 3 where the results are not clean: --fail-on with all kinds that make them doubtful",
     "Exit 3 where the results are not [clean](#findings)."},
    {"batch", "--out-dir", "FOLDER", "", "Folder of the results, created if it does not exist",
     "The folder of all results: `summary.json`, and `NAME.json` for each file. It is created if "
     "it does not exist."},
    {"batch", "--jobs", "N|auto", "",
     "Files that run at a time, 1 to 64; auto: as many as there are cores",
     "Files that run at a time, 1 to 64. `auto`: as many as there are cores. Changes speed and "
     "memory, never results."},
    {"batch", "--as,--snapshots", "csv|jsonl|npy|parquet", "csv",
     "Format of the snapshots, written to NAME.snapshots.csv and so on",
     "Format of the snapshots. Each file's go to `NAME.snapshots.csv`, and so on."},
    {"batch", "--state", "", "", "Write each instrument's state at the end to NAME.state.csv",
     "Writes one row per instrument with its state at the end to `NAME.state.csv`, for each file."},
    {"simulate", "--model", "zero-intelligence", "",
     "The model, with parameters: zero-intelligence:limit=,market=,cancel=,band=,size=",
     "The only model so far, with [its parameters](simulation.md#parameters): "
     "`zero-intelligence:key=value,...`."},
    {"simulate", "--preset", "{presets}", "",
     "Parameters of the model by name: {presets and what they are}", ""},
    {"bench latency, bench saturate", "--preset", "{presets}", "default",
     "Parameters of the simulated market by name",
     "Parameters of the simulated market by name. Refused with a path."},
    {"simulate", "--instruments", "N", "", "Number of instruments, 1 to 65536",
     "Number of instruments, 1 to 65,536. The first is the busiest (Zipf's law)."},
    {"bench latency, bench saturate", "--instruments", "N", "10",
     "Number of instruments of the simulated market, 1 to 65536",
     "Number of instruments of the simulated market, 1 to 65,536. Refused with a path."},
    {"simulate", "--venues", "N", "", "Number of venues, 1 to 64, each with its own feed thread",
     "Number of venues, 1 to 64. Each venue has its own feed thread and its own order flow."},
    {"simulate", "--rate", "N|max", "",
     "Events per simulated second, like 100k or 6.3; max: 100k at --speed max",
     "Events per second of simulated time, over all venues: `100k`, `1M`, `6.3`. `max` is "
     "`--rate 100k --speed max`, and is refused beside another speed."},
    {"simulate", "--speed", "max|FACTOR", "1",
     "How fast simulated time passes, like 1, 10 or 0.5; max: as fast as possible",
     "How fast simulated time passes: `1`, `10`, `0.5` times real time, or `max`, as fast as "
     "possible. It changes no event."},
    {"bench latency", "--rate", "N", "100k", "Messages per second, like 100k",
     "Messages per second on average."},
    {"simulate", "--duration", "TIME", "10s, or none with --events", "Simulated time, at most 14h",
     "Simulated time from the open, at most `14h`."},
    {"bench latency, bench saturate", "--duration", "TIME", "", "How long the load is timed",
     "How long the load is timed, at most `1h`. `saturate`: per step. The duration and the warm-up "
     "of a step are cut (for bursts to whole periods) if its messages would not fit into those "
     "prepared ahead, because the step would otherwise measure how fast messages can be made. The "
     "column `timed` shows the remaining duration."},
    {"simulate", "--events", "N", "", "End after this many events, like 50M",
     "Ends after this many events, not counting those before the open: `250k`, `50M`."},
    {"simulate", "--seed", "N", "", "The same seed gives the same market",
     "The same seed gives the same market, for any number of threads and any speed of generation."},
    {"bench latency, bench saturate", "--seed", "N", "",
     "Seed of the simulated market and of poisson loads",
     "Seed of the simulated market, and of the times of `poisson`."},
    {"simulate", "--date", "YYYY-MM-DD", "", "Day of the simulation",
     "Day of the simulation. Without one, times have no date."},
    {"replay", "--record", "FILE", "",
     "Write what is read to FILE.tape; several channels go to FILE.0.tape, ...",
     "Writes what is read to a [tape](#tapes); several channels go to `FILE.0.tape`, "
     "`FILE.1.tape`, ..."},
    {"simulate", "--record", "FILE", "",
     "Write the market to FILE.tape or FILE.itch; several venues go to FILE.0.tape, ...",
     "Writes the market: `FILE.tape` as a [tape](#tapes), `FILE.itch` as ITCH 5.0. Several venues "
     "go to `FILE.0.tape`, `FILE.1.tape`, ..., which `replay --parallel` reads back as venues."},
    {"replay, simulate", "--force", "", "", "Replace an earlier file at --record",
     "`--record` replaces an earlier file, once the recording has an event."},
    {"convert", "--force", "", "", "Replace an earlier file at --out with an ITCH file or a tape",
     "An ITCH file or a tape replaces an earlier file. Rows do so without `--force`."},
    {"replay, simulate", "--compress", "none|fast|small", "fast", "Tapes: how they are compressed",
     "Tapes: `none`; `fast`, which compresses less the more data waits, so that a channel never "
     "waits long for it; `small`, which is always zstd level 3."},
    {"convert", "--compress", "none|fast|small", "small", "Tapes: how they are compressed",
     "Tapes: `none`, `fast` or `small`. `fast` compresses every frame here, because nothing waits "
     "for it."},
    {"replay, simulate", "--sync", "none|interval|frame", "none",
     "Tapes: when data is synced before the end: never, every second, after each frame",
     "Tapes: when data is synced to the disk before the end: `none`, `interval` (every second), "
     "`frame` (after each frame). Data that was reported as synced survives any failure of "
     "the process or the machine."},
    {"replay, simulate, convert", "--checkpoints,--images", "TIME", "none",
     "Tapes: how often, in exchange time, the books are written too, so that reading can begin "
     "there",
     "Tapes: writes a [checkpoint](#tapes) of the books whenever channel time passes a multiple of "
     "this: `1m`, `10s`; `1ms` or more."},
    {"replay, simulate", "--shards", "N|auto", "",
     "Threads that keep books, 0 to 64; 0: one thread does everything",
     "Threads that keep books, 0 to 64. `auto` follows from the number of cores. `0`: one thread "
     "does everything and merges channels by time."},
    {"batch", "--shards", "N|auto", "",
     "Threads that keep books, for each file, 0 to 64; 0: one thread does everything",
     "Shards of each file's engine. With 0, a file keeps one core busy, and the files run in "
     "parallel."},
    {"bench throughput", "--shards", "A,B,...", "0,1; on three cores or more 0,1,2",
     "Numbers of shards to compare with the first of them, each 0 to 64",
     "Numbers of shards, each 0 to 64, at most 16 of them."},
    {"bench latency, bench saturate", "--shards", "N|auto", "",
     "Threads that keep books, 0 to 64; 0: one thread does everything", ""},
    {"replay, simulate", "--shard-map", "FILE", "by number", "File of lines `symbol shard`",
     "Lines of `symbol shard`, at most a million; `#` begins a comment."},
    {"replay, simulate, bench throughput, bench latency, bench saturate", "--batch", "N", "",
     "Events per batch, 1 to 1024", "Events per batch, 1 to 1024. Changes speed, never results."},
    {"replay, simulate, bench throughput, bench latency, bench saturate", "--pin",
     "auto|none|CORES", "", "Pin threads to cores: auto, none, or cores like 0,1",
     "Pins threads to cores: `auto`, `none`, or cores like `0,1`. The summary says on which core "
     "each thread ran."},
    {"replay, simulate, bench throughput", "--wait", "spin|yield|park|auto", "",
     "What idle threads do",
     "What idle threads do. If there are more threads than cores, `spin` waits as `auto` does, and "
     "this is reported."},
    {"bench latency, bench saturate", "--wait", "spin|yield|park|auto",
     "spin with a core per thread, else auto", "What idle threads do", ""},
    {"replay, simulate, bench latency, bench saturate", "--queue-full", "block|drop", "",
     "What happens when a shard lags: the feed waits, or events are dropped",
     "What happens when a shard lags: `block` stops the feed until there is room; `drop` drops "
     "batches, and marks the affected books STALE."},
    {"replay, batch, simulate", "--digest", "flow", "off",
     "flow: also compute a digest over the effect of every event",
     "`flow`: also computes a digest over the effect of every single event."},
    {"replay, simulate, bench latency", "--snapshot-every", "TIME", "off",
     "Snapshots by exchange time, every 1s, 250ms, ...",
     "[Snapshots](#snapshots) by exchange time: `1s`, `250ms`, `5m`. Requires `--out`."},
    {"batch", "--snapshot-every", "TIME", "off",
     "Snapshots of each file by exchange time, every 1s, 250ms, ...",
     "[Snapshots](#snapshots) of every file, by exchange time: `1s`, `250ms`, `5m`."},
    {"replay, batch, simulate, bench latency", "--depth", "N", "",
     "Levels per side in snapshots, 1 to 1000", ""},
    {"book", "--depth", "N", "", "Levels per side, 1 to 1000", ""},
    {"replay, simulate, bench latency", "--out", "FILE", "",
     "Where snapshots go: FILE.csv, .jsonl, .npy or .parquet; - with --as: standard output",
     "Where [snapshots](#snapshots) go: `.csv`, `.jsonl`, `.npy` or `.parquet`. `-` is standard "
     "output."},
    {"replay, simulate, bench latency", "--as", "csv|jsonl|npy|parquet", "by its ending",
     "The format of --out", "The format of `--out`, where its ending does not say it."},
    {"convert", "--as", "FORMAT", "by its ending",
     "The format of --out: an ending without its dot, like csv or itch.gz",
     "The format of `--out`, where its ending does not say it: `csv`, `itch.gz`."},
    {"convert", "--out", "FILE", "",
     "The file to write: .itch, .csv, .jsonl, also with .gz or .zst, .parquet or .tape; or -",
     "The file to write; its ending selects the format, as above. `-` is standard output."},
    {"replay, batch, simulate, bench latency", "--rows", "changed|all", "",
     "Rows of a snapshot: of the instruments that changed since the one before, or of all",
     "Which rows a snapshot has: of the instruments that changed since the one before, or of all "
     "of them. `all` gives a grid: each instrument at each moment."},
    {"replay, simulate, bench latency", "--snapshot-full", "block|skip", "",
     "What happens when snapshots are taken more slowly than they are made: wait, or skip some",
     "What happens when snapshots are made faster than their file or pipe takes them: `block` "
     "holds up the threads that make them, and in the end the books; `skip` leaves out whole "
     "snapshots once 32 MiB wait, and reports how many."},
    {"replay, batch, simulate", "--max-orders", "N", "200M",
     "End with exit 1 when more orders than this are live: 50M, ...",
     "A [limit](#limits) on the live orders of all books together; in `batch`, per file."},
    {"replay, batch, simulate", "--max-levels", "N", "50M",
     "End with exit 1 when there are more price levels than this",
     "A [limit](#limits) on the price levels of all books together."},
    {"replay, batch, simulate", "--max-memory", "BYTES", "four fifths of the memory",
     "End with exit 1 when the books take more memory than this: 500MiB, 8GiB, ...",
     "A [limit](#limits) on the memory of all books together: `500MiB`, `8GiB`, `8G`. The default "
     "is four fifths of the machine's memory, or of its control group's limit if that is less."},
    {"replay, batch, simulate, bench latency, bench saturate", "--strategy", "{strategies}", "",
     "Signals on every book, NAME[:key=value,...]; repeatable; see `tapedeck strategies`",
     "Signals on every book: `NAME[:key=value,...]`; repeatable. See "
     "[strategies.md](strategies.md)."},
    {"replay, simulate", "--report-every", "TIME", "off",
     "Print rates and the busiest books, every 1s, 500ms, ...",
     "Prints rates and the busiest books on standard error, by wall-clock time: `1s`, `500ms`."},
    {"replay, simulate", "--state", "FILE", "",
     "Write each instrument's state at the end to FILE.csv",
     "Writes one row per instrument with its state at the end to `FILE.csv`."},
    {"book", "--at", "TIME|@N", "the end",
     "The moment: a time like 10:31:07.5, or message @N; it and all before are in the book",
     "A [place](#places): the book holds this message and all before it."},
    {"book", "--orders", "", "", "Show the orders of every level, first in time first",
     "Shows the orders of every level, first in time first."},
    {"diff", "--whole", "", "",
     "Read tapes from their beginnings, without use of their checkpoints", ""},
    {"verify lobster", "--messages", "FILE", "", "Message file, or the .zip with both files", ""},
    {"verify lobster", "--orderbook", "FILE", "",
     "Book file, unless a .zip holds it or it lies beside the messages", ""},
    {"verify lobster", "--symbol", "NAME", "by file name", "The instrument", ""},
    {"verify itch", "--plant", "reversed-queue", "", "Plant a fault, to see it found",
     "Plants a fault, to show that it is found."},
    {"verify lobster", "--plant", "size@ROW|ignore-deletes|swap-side", "",
     "Plant a fault, to see it found", "Plants a fault, to show that it is found."},
    {"bench throughput", "--rounds", "N", "",
     "Measured rounds, 3 to 100, after one that is not counted", ""},
    {"bench latency", "--load", "constant|poisson|bursts|recorded", "",
     "Shape of the load; bursts[:period=10ms,share=0.1]",
     "Shape of the load: `constant`; `poisson`; `bursts[:period=10ms,share=0.1]`, which sends all "
     "messages of a period in that share of it; `recorded`, by the file's own exchange times."},
    {"bench saturate", "--load", "constant|poisson|bursts", "",
     "Shape of the load; bursts[:period=10ms,share=0.1]",
     "Shape of the load: `constant`, `poisson`, or `bursts[:period=10ms,share=0.1]`, which sends "
     "all messages of a period in that share of it."},
    {"bench latency", "--speed", "FACTOR", "1", "Load recorded: a factor on the recorded speed",
     "`--load recorded`: a factor on the recorded speed."},
    {"bench latency, bench saturate", "--warm-up", "TIME", "",
     "How long the same load runs before that, not timed; or 0",
     "How long the same load runs before that, not timed; or `0`."},
    {"bench latency, bench saturate", "--from", "TIME|@N|open",
     "the open; of a file, its first message",
     "Where the load begins; earlier messages are not timed",
     "Where the load begins: a [place](#places), or `open`. Earlier messages are not timed."},
    {"bench latency, bench saturate", "--sample-every", "N|auto", "",
     "Sample one event in N on average; auto: at most 250,000 per second",
     "Samples one event in N on average, at random, so that no regular load can keep step with it. "
     "`auto` samples 250,000 events per second at most, and every event of `recorded`."},
    {"doctor, bench throughput, bench latency, bench saturate", "--watch", "TIME", "",
     "How long the cores are watched for what others take, 10ms to 1m",
     "How long the cores are watched for what others take of them, `10ms` to `1m`; in benchmarks "
     "before the runs and after. Below `1s` the results are not valid."},
    {"bench latency, bench saturate", "--report", "FILE", "",
     "Write the results as one page for a browser",
     "Writes the results as one page for a browser: percentile curves by stage, latency over time "
     "as a heat map, the machine, the command; for `saturate` the knee, and the rest of the page "
     "for the fastest load within the limit. The page fetches nothing and runs nothing."},
    {"bench latency", "--hgrm", "FOLDER", "",
     "Write each stage's distribution, for the plotters of HdrHistogram",
     "Writes each stage's distribution to `FOLDER/STAGE.hgrm`, which HdrHistogram's plotters "
     "read."},
    {"bench saturate", "--first", "N", "", "The slowest load, in messages per second", ""},
    {"bench saturate", "--last", "N", "", "The fastest load, in messages per second",
     "The fastest load that is tried, in messages per second."},
    {"bench saturate", "--percentile", "p50|p90|p99|p99.9|p99.99", "",
     "The percentile of due to book that must stay within the limit",
     "The percentile of `due_to_book` that must stay within the limit."},
    {"bench saturate", "--limit", "TIME|auto", "",
     "The limit; auto: ten times the percentile under the slowest load",
     "The limit of that percentile. `auto`: ten times its value under the slowest load."},
    {"replay, simulate, symbols, convert, verify itch, verify lobster, bench throughput, bench "
     "latency, bench saturate, bench compare, doctor",
     "--json", "", "", "Print the results as one JSON object",
     "Prints the results as one JSON object on standard output."},
    {"batch", "--json", "", "", "Print the summary of all files as one JSON object",
     "Prints the content of `summary.json` on standard output."},
    {"inspect", "--json", "", "", "Print the report as one JSON object",
     "Prints the report as one JSON object: totals, and `channels` with the counts of each (also "
     "as `lines`, until 1.0)."},
    {"bench compare", "--threshold", "[PERCENTILE=]N%,...", "25% of latencies, 10% of throughput",
     "The least difference that counts, like 15% or p50=10%,p99=50%",
     "The least difference that counts: `15%` for all figures, `p50=10%,p99=50%` for percentiles."},
    {"bench compare", "--markdown", "", "", "Print the report as Markdown",
     "Prints the report as Markdown."},
    {"book", "--json", "", "", "Print the book as one JSON object",
     "Prints the book as one JSON object, with its digest."},
    {"diff", "--json", "", "", "Print the results as one JSON object",
     "Prints the results as one JSON object: `equal`; `messages`, the number compared; "
     "`begun_after`, the message of the checkpoint where reading began, or null; `event` and "
     "`book`, the first that differ, or null."},
    {"replay, batch, simulate, cat, symbols, convert, inspect, book, bench throughput, bench "
     "latency, bench saturate",
     "--quiet", "", "", "No live line on a terminal", ""},
    {kConfigurable, "--log-level", "debug|info|warning|error|off", "",
     "The least severe diagnostics that are logged", ""},
    {kConfigurable, "--log-file", "FILE", "",
     "Append the diagnostics to a log too, with times in UTC",
     "Appends the diagnostics to a log too, with times in UTC. A file that is no log of tapedeck "
     "is "
     "refused."},
    {kConfigurable, "--config", "FILE", "",
     "Options from a TOML file; those of the command line precede",
     "Reads [options from a TOML file](#options-from-a-file). Those of the command line precede."},
    {"help", "COMMAND", "", "", "The command, like `bench latency`; without it, all commands", ""},
});

}  // namespace

std::span<const OptionRow> option_rows() {
  return kRows;
}

}  // namespace tapedeck::tools
