#include "engine/core/recording.hpp"

namespace tapedeck {

std::string Damage::message() const {
  std::string text = file;
  text += offset_is_row ? ": row " : ": byte ";
  text += std::to_string(offset);
  text += ": ";
  text += found;
  if (!expected.empty()) text += "; expected " + expected;
  if (!hint.empty()) text += "; " + hint;
  return text;
}

const Damage* damage_of(const Feed& feed) {
  const Recording* const recording = feed.recording();
  return recording != nullptr && recording->damage() ? &*recording->damage() : nullptr;
}

}  // namespace tapedeck
