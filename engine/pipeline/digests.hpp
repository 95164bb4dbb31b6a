// 64-bit digests of a finished run. Call these functions after the engine has run, from any thread,
// but from one at a time.
#pragma once

#include <span>

#include "engine/pipeline/engine.hpp"

namespace tapedeck::pipeline {

/// Returns the digest of all books that hold at least one order, see book::fold and
/// book::book_digest.
[[nodiscard]] u64 digest_of(std::span<const book::BookSet* const> shards);
[[nodiscard]] u64 digest_of(const Engine& engine);
/// Returns the digest of the flow hashes of all instruments that had an event.
[[nodiscard]] u64 flow_digest_of(const Engine& engine);

}  // namespace tapedeck::pipeline
