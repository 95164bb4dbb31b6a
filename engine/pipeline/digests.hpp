// 64-bit digests of a finished run. Called after the engine has run, by any one thread.
#pragma once

#include <span>

#include "engine/pipeline/engine.hpp"

namespace tapedeck::pipeline {

/// Over the books that hold at least one order: see book::fold and book::book_digest.
[[nodiscard]] u64 digest_of(std::span<const book::BookSet* const> shards);
[[nodiscard]] u64 digest_of(const Engine& engine);
/// Over the running flow hashes of every instrument that had an event.
[[nodiscard]] u64 flow_digest_of(const Engine& engine);

}  // namespace tapedeck::pipeline
