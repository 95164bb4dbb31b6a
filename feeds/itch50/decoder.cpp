#include "feeds/itch50/normaliser.hpp"

namespace tapedeck::itch50 {
Decoder::Decoder(std::unordered_set<std::string> symbols)
    : locates_(kLocates), table_(std::move(symbols)) {}

void Decoder::forget_locates() {
  for (const u16 locate : used_) locates_[locate] = Locate{};
  used_.clear();
  ++day_;
}

}  // namespace tapedeck::itch50
