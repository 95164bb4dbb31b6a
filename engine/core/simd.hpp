// SIMD comparisons of several numbers with one.
#pragma once

#include <bit>
#include <cassert>
#include <cstdint>

#include "engine/core/types.hpp"

#if defined(__SSE2__)
#include <immintrin.h>
#endif

namespace tapedeck {

/// Compares eight numbers with `value`: bit i of the result is set if lanes[i] == value. `lanes`
/// must be aligned to 32 bytes.
inline u32 same_lanes(const u32* lanes, u32 value) {
  assert(reinterpret_cast<std::uintptr_t>(lanes) % 32 == 0);
#if defined(__AVX2__)
  const __m256i all = _mm256_load_si256(reinterpret_cast<const __m256i*>(lanes));
  const __m256i same = _mm256_cmpeq_epi32(all, _mm256_set1_epi32(static_cast<int>(value)));
  return static_cast<u32>(_mm256_movemask_ps(_mm256_castsi256_ps(same)));
#elif defined(__SSE2__)
  const auto* const halves = reinterpret_cast<const __m128i*>(lanes);
  const __m128i wanted = _mm_set1_epi32(static_cast<int>(value));
  const auto mask = [&](const __m128i* half) {
    const __m128i same = _mm_cmpeq_epi32(_mm_load_si128(half), wanted);
    return static_cast<u32>(_mm_movemask_ps(_mm_castsi128_ps(same)));
  };
  return mask(halves) | mask(halves + 1) << 4;
#else
  u32 mask = 0;
  for (u32 i = 0; i < 8; ++i) mask |= (lanes[i] == value ? u32{1} : u32{0}) << i;
  return mask;
#endif
}

/// Returns how many of sixteen numbers are less than `value`.
inline u32 count_less(const i64* sixteen, i64 value) {
#if defined(__AVX2__)
  const __m256i pivot = _mm256_set1_epi64x(value);
  const auto less = [&](u32 quarter) {
    const auto* const at = reinterpret_cast<const __m256i*>(sixteen) + quarter;
    return _mm256_cmpgt_epi64(pivot, _mm256_loadu_si256(at));
  };
  // Every lane is all ones or all zeros, and stays so when it is packed. Packing changes the order
  // of the lanes, which does not affect the count.
  const __m256i first = _mm256_packs_epi32(less(0), less(1));
  const __m256i second = _mm256_packs_epi32(less(2), less(3));
  const int bytes = _mm256_movemask_epi8(_mm256_packs_epi16(first, second));
  return static_cast<u32>(std::popcount(static_cast<u32>(bytes))) / 2;
#else
  u64 count = 0;  // as wide as the numbers, so that the compiler vectorises the sum
  for (u32 i = 0; i < 16; ++i) count += sixteen[i] < value ? 1 : 0;
  return static_cast<u32>(count);
#endif
}

}  // namespace tapedeck
