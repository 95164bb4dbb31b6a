#include "feeds/itch50/normaliser.hpp"

namespace tapedeck::itch50 {

Decoder::Decoder(feeds::SymbolSelection symbols)
    : locate_pages_(allocate_pages(kLocates * sizeof(Locate))),
      locates_(reinterpret_cast<Locate*>(locate_pages_.get())),
      table_(std::move(symbols)) {}

feeds::Decoded Decoder::decode(Bytes message, Sequence sequence, Nanos ingress, EventBuffer& out) {
  return decode_here(message, sequence, ingress, out);
}

feeds::Decoded Decoder::decode_any(Bytes message, Sequence sequence, Nanos ingress,
                                   EventBuffer& out) {
  Normaliser normaliser{*this, message, sequence, ingress, out};
  switch (parse(message, normaliser)) {
    case Parsed::ok:
      if (message.size() > wire_size(static_cast<char>(message[0]))) ++counters_.oversized;
      return feeds::Decoded::ok;
    case Parsed::unknown_type:
      ++counters_.unknown_type;
      return feeds::Decoded::unknown_type;
    case Parsed::too_short:
      break;
  }
  ++counters_.malformed;
  return feeds::Decoded::too_short;
}

void Decoder::forget_locates() {
  for (const u16 locate : used_) locates_[locate] = Locate{};
  used_.clear();
  ++day_;
}

}  // namespace tapedeck::itch50
